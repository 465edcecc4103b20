import Basics
import ChannelServer
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage
import Testing

@Suite struct ServingTests {
    @Test func `repodata holds each file's own index with the channel's digests, and changes with the labels`() async throws {
        let (one, two) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("foo-0.1-h1_0.tar.bz2"))
        try await TestServer.run { server in
            let upload = try Upload(one, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            #expect(try await Upload(two, to: "me", on: server).run(labels: ["dev"]).status == 200)
            let page = "/me/label/manual/linux-64/repodata.json"
            let repodata = try await server.call("GET", page).json
            let record = repodata["packages.conda"]?["foo-0.1-h1_0.conda"]
            #expect(record?["sha256"]?.string == SHA256Digest(of: upload.bytes).hexadecimal)
            #expect(record?["md5"]?.string == MD5Digest(of: upload.bytes).hexadecimal)
            #expect(record?["size"]?.integer == Int64(upload.bytes.count))
            #expect(record?["build_number"] == 0 && record?["license"] == "MIT" && record?["subdir"] == "linux-64")
            #expect(repodata["packages"] == [:], "the other file has another label")
            for subdir in ["noarch", "linux-64"] { #expect(try await server.call("GET", "/me/\(subdir)/repodata.json").status == 200) }
            #expect(try await server.call("GET", "/me/win-64/repodata.json").status == 404)
            #expect(try await server.call("GET", "/me/label/nix/noarch/repodata.json").status == 404)
            #expect(try await server.call("GET", "/nobody/noarch/repodata.json").status == 404)

            let first = try await server.probe.request("GET", page)
            let tag = try #require(first.headers["etag"])
            #expect(first.headers["last-modified"]?.hasSuffix("GMT") == true)
            #expect(try await server.probe.request("GET", page, headers: ["If-None-Match": tag]).status == 304)
            let body: JSONValue = ["basename": "linux-64/foo-0.1-h1_0.tar.bz2"]
            #expect(try await server.call("POST", "/channels/me/manual", as: "me.promote", body).status == 201)
            let second = try await server.probe.request("GET", page, headers: ["If-None-Match": tag])
            #expect(second.status == 200)
            #expect(try JSONValue(parsing: second.body)["packages"]?["foo-0.1-h1_0.tar.bz2"] != nil)
        }
    }

    @Test func `a file is served whole, in part, or not again`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            let page = "/me/label/manual/" + upload.basename
            let whole = try await server.probe.request("GET", page)
            #expect(whole.body == upload.bytes)
            #expect(whole.headers["etag"] == "\"\(SHA256Digest(of: upload.bytes))\"")
            let head = try await server.probe.request("HEAD", page)
            #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(upload.bytes.count)")
            let part = try await server.probe.request("GET", page, headers: ["Range": "bytes=10-19"])
            #expect(part.status == 206 && part.body == Array(upload.bytes[10...19]))
            #expect(part.headers["content-range"] == "bytes 10-19/\(upload.bytes.count)")
            let tail = try await server.probe.request("GET", page, headers: ["Range": "bytes=-5", "If-Range": whole.headers["etag"] ?? ""])
            #expect(tail.body == Array(upload.bytes.suffix(5)))
            #expect(try await server.probe.request("GET", page, headers: ["Range": "bytes=-5", "If-Range": "\"old\""]).status == 200)
            #expect(try await server.probe.request("GET", page, headers: ["Range": "bytes=999999-"]).status == 416)
            #expect(try await server.probe.request("GET", page, headers: ["If-None-Match": whole.headers["etag"] ?? ""]).status == 304)
            #expect(try await server.probe.request("DELETE", page, token: try server.token("me.promote")).status == 405)
        }
    }

    @Test func `what it keeps is there after it was stopped, and a second server is refused`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TemporaryDirectory.with { place in
            let path = place.appending("data")
            let (folder, issued) = try await ChannelFolder.create(at: path, owners: [try TestServer.owner("me")])
            #expect(issued.count == 4)
            let (_, again) = try await ChannelFolder.create(at: path, owners: [try TestServer.owner("me")])
            #expect(again.isEmpty, "tokens that are there stay")
            try await TestServer.again(path, folder) { server in
                #expect(try await Upload(artifact, to: "me", on: server).run().status == 200)
                await #expect(throws: FileError.self) {
                    try await TestServer.again(path, folder) { _ in }
                }
                // What an upload left behind that never came to an end.
                try path.appending("incoming/left").replaceContents(with: "half")
                try path.appending("objects/ab").createDirectory()
                try path.appending("objects/ab/unnamed").replaceContents(with: "bytes")
            }
            try await TestServer.again(path, folder) { (server: TestServer) async throws in
                #expect(try await server.call("GET", "/dist/me/foo/0.1/linux-64/foo-0.1-h1_0.conda").status == 200)
                #expect(try path.appending("incoming").children().isEmpty)
                #expect(!path.appending("objects/ab/unnamed").exists)
                #expect(try await server.probe.request("GET", "/me/label/manual/linux-64/foo-0.1-h1_0.conda").body == Array(try artifact.contents()))
            }
        }
    }

    @Test func `a server that nobody would learn of does not run`() async throws {
        await #expect(throws: FileError.self) {
            try await TestServer.run(configure: { $0.readyFile = "/dev/null/ready" }) { _ in try await Task.sleep(for: .seconds(30)) }
        }
    }

    @Test func `secrets are in files of their owner alone, and in no database`() async throws {
        try await TestServer.run { server in
            _ = try server.folder.issueFeedstockToken(for: "foo")
            let database = try server.path.children().filter { $0.string.contains(".sqlite") }.map { try $0.contents() }.joined()
            let tokens = try server.path.appending("tokens").children()
            #expect(tokens.count == 9)
            for path in tokens {
                var status = stat()
                #expect(stat(path.string, &status) == 0 && status.st_mode & 0o777 == 0o600)
                let text = try path.text().trimmingCharacters(in: .whitespacesAndNewlines)
                #expect(Data(database).range(of: Data(text.utf8.suffix(64))) == nil)
            }
        }
    }
}
