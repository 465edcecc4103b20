import ChannelServer
import Conda
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

/// The ecosystem's own clients as judges: anaconda-client, rattler-build's uploader, and rattler's solver and installer.
///
/// These take seconds, for each client starts an interpreter.
@Suite struct ClientTests {
    private func anaconda(_ server: TestServer, _ token: String, _ arguments: [String]) async throws -> ProcessResult {
        let home = server.path.appending("client")
        try home.appending("data").createDirectory()
        try home.appending("data/config.yaml").replaceContents(with: "url: \(server.address)\n")
        let parts = token.split(separator: ".").map(String.init)
        // The client takes a file's path for a token, so the token is in no argument.
        let path = server.folder.tokenPath(try TestServer.owner(parts[0]), parts[1]).string
        return try await Command(
            .path(Repository.root.appending(".tools/venv/bin/anaconda")), ["-t", path] + arguments,
            environment: .inherited(adding: [
                "BINSTAR_CONFIG_DIR": home.string, "HOME": home.string, "ANACONDA_CLIENT_FORCE_STANDALONE": "1", "NO_PROXY": "*",
            ]), timeout: .seconds(60)
        ).run()
    }

    private func python(_ script: String, _ arguments: [String]) async throws -> ProcessResult {
        try await Command(
            .path(TestArtifacts.python), ["-c", script] + arguments, environment: .inherited(adding: ["NO_PROXY": "*"]), timeout: .seconds(60)
        ).run()
    }

    @Test func `anaconda-client uploads, is told of conflicts, copies and labels`() async throws {
        let (one, two) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("foo-0.1-h1_0.tar.bz2"))
        try await TestServer.run { server in
            let first = try await anaconda(server, "me.upload", ["upload", "-u", "me", "--label", "manual", one.string])
            #expect(first.exit.isSuccess, "\(first.errorText)")
            #expect(first.errorText.contains("Upload complete") || first.outputText.contains("Upload complete"))
            let second = try await anaconda(server, "me.upload", ["upload", "-u", "me", "--label", "manual", one.string])
            #expect(second.exit.code == 1)
            #expect((second.errorText + second.outputText).contains("already exists"))
            // Without a user the token says whose it is.
            #expect(try await anaconda(server, "me.upload", ["upload", "--label", "manual", "--label", "dev", two.string]).exit.isSuccess)
            #expect(try await server.call("GET", "/dist/me/foo/0.1/linux-64/foo-0.1-h1_0.tar.bz2").json["labels"] == ["dev", "manual"])
            let toMain = try await anaconda(server, "cf-staging.upload", ["upload", "--label", "main", one.string])
            #expect(toMain.exit.isSuccess, "staging takes any label: \(toMain.errorText)")

            let copied = try await anaconda(
                server, "conda-forge.promote", ["copy", "me/foo/0.1", "--from-label", "manual", "--to-label", "rc", "--to-owner", "conda-forge"])
            #expect((copied.outputText + copied.errorText).contains("Copied 2 files"))
            // This client removes the old label even when the new one was refused; the server keeps the file findable.
            _ = try await anaconda(
                server, "me.promote", ["move", "me/foo/0.1/linux-64/foo-0.1-h1_0.conda", "--from-label", "manual", "--to-label", "main"])
            #expect(try await server.call("GET", "/dist/me/foo/0.1/linux-64/foo-0.1-h1_0.conda").json["labels"] == ["manual"])
            // It deletes before it uploads, when forced: an uploader's token must not get that far.
            let forced = try await anaconda(server, "me.upload", ["upload", "-u", "me", "--force", "--label", "manual", one.string])
            #expect(!forced.exit.isSuccess)
            #expect(try await server.call("GET", "/dist/me/foo/0.1/linux-64/foo-0.1-h1_0.conda").status == 200)
            #expect(!server.log.text.contains(" 500 "))
        }
    }

    @Test func `rattler uploads, solves and installs from the label`() async throws {
        let upload = """
            import sys, rattler_build
            address, token, *files = sys.argv[1:]
            rattler_build.upload_package_to_anaconda(files, "me", channel=["manual"], api_key=open(token).read().strip(), url=address)
            """
        let install = """
            import asyncio, os, sys
            from rattler import Channel, install, solve
            async def main(channel, prefix, *specs):
                records = await solve(sources=[Channel(channel)], specs=list(specs), platforms=["linux-64", "noarch"], virtual_packages=[])
                await install(records, target_prefix=prefix, cache_dir=prefix + "-cache", show_progress=False)
                print(*sorted(r.file_name for r in records))
            asyncio.run(main(*sys.argv[1:]))
            sys.stdout.flush()
            # Its threads may still call into the interpreter while that is taken down, which ends in a segmentation fault now and then.
            os._exit(0)
            """
        var files: [String] = []
        for name in ["foo-0.1-h1_0.conda", "foo-0.2-h1_0.tar.bz2", "bar-0.2-h1_0.conda", "nop-1-0.conda"] {
            files.append(try await TestArtifacts.path(name).string)
        }
        let uploaded = files
        try await TestServer.run { server in
            let token = server.folder.tokenPath(try TestServer.owner("me"), "upload").string
            let first = try await python(upload, [server.address, token] + uploaded)
            #expect(first.exit.isSuccess, "\(first.errorText)")
            let second = try await python(upload, [server.address, token, uploaded[0]])
            #expect(!second.exit.isSuccess, "it is there already")
            let prefix = server.path.appending("environment")
            let installed = try await python(install, [server.address + "/me/label/manual", prefix.string, "bar"])
            #expect(installed.exit.isSuccess, "\(installed.errorText)")
            #expect(installed.outputText == "bar-0.2-h1_0.conda foo-0.2-h1_0.tar.bz2 nop-1-0.conda\n")
            #expect(try await Command(.path(prefix.appending("bin/foo"))).output() == "hello from foo 0.2\n")
            #expect(!server.log.text.contains(" 500 "))
            // Nothing is on main, so nothing can be installed from there.
            let main = try await python(install, [server.address + "/me", server.path.appending("other").string, "bar"])
            #expect(!main.exit.isSuccess)
        }
    }
}
