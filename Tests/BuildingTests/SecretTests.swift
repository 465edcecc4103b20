import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SecretTests {
    /// Every process of this machine whose arguments or environment hold the text, by its id.
    static func processes(holding text: String) throws -> [String] {
        let needle = Data(text.utf8)
        return try FilePath("/proc").children().filter { $0.lastComponent?.string.allSatisfy(\.isNumber) == true }.compactMap { process in
            for name in ["cmdline", "environ"] {
                // Processes end while we look.
                if let content = try? process.appending(name).contents(limit: 4 << 20), content.range(of: needle) != nil {
                    return "\(process.lastComponent?.string ?? "") \(name)"
                }
            }
            return nil
        }
    }

    @Test func `a token planted in the builder's shell is in no container, process, log, journal, record or file`() async throws {
        try await TemporaryDirectory.with { folder in
            let secret = "planted-\(UInt64.random(in: 1...UInt64.max))"
            let fixture = try await ToolFixture.make(
                in: folder,
                steps: "env; echo \"==> Waiting\"; while [ ! -e /home/conda/feedstock_root/build_artifacts/go ]; do sleep 0.1; done\n"
                    + BuildFixture.goodSteps)
            try await fixture.hallmark("open", fixture.feedstock.string)
            // A shell that exports them, as people do; the values come on its standard input, so that no argument holds them.
            let names = [
                "BINSTAR_TOKEN", "FEEDSTOCK_TOKEN", "STAGING_BINSTAR_TOKEN", "ANACONDA_API_TOKEN", "GITHUB_TOKEN", "HALLMARK_TOKEN",
                "HALLMARK_KEY_PASSPHRASE",
            ]
            let shell =
                "read -r value; " + names.map { "export \($0)=$value; " }.joined() + "echo $$ > driver; exec \(BuildFixture.shim[0]) build --keep"
            let environment = fixture.environment
            let build = Task {
                try await Command(
                    "bash", ["-c", shell], environment: .inherited(adding: environment), workingDirectory: folder, input: Array((secret + "\n").utf8),
                    timeout: .seconds(120)
                ).run()
            }
            try await fixture.waitForLog("==> Waiting")
            // The tool itself was given them; nobody else is.
            let driver = try folder.appending("driver").text().trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(try Self.processes(holding: secret) == ["\(driver) environ"])
            let id = try fixture.workspaceID()
            let container = try #require(try await BuildFixture.engine.containers(label: "org.conda-hallmark.workspace", value: id).first)
            let podman = ChildEnvironment.inherited(adding: TinyImage.podmanEnvironment)
            let inspected = try await Command("podman", ["inspect", container.name], environment: podman).output()
            #expect(inspected.contains("UPLOAD_PACKAGES=False") && !inspected.contains(secret))
            let root = folder.appending("root.tar").string
            _ = try await Command("podman", ["export", "--output", root, container.name], environment: podman).output()
            try fixture.feedstock.appending("build_artifacts/go").replaceContents(with: "")
            let ended = try await build.value
            #expect(ended.exit == .exited(0), "\(ended.errorText)")
            #expect(!ended.outputText.contains(secret) && !ended.errorText.contains(secret))
            // The file system of the container, the workspace, the journal, the record, the logs, the checkout and what was built.
            let found = try await Command("grep", ["-r", "-l", "-a", secret, folder.string]).run()
            #expect(found.exit == .exited(1) && found.outputText.isEmpty, "\(found.outputText)")
            let log = try await fixture.hallmark("logs")
            #expect(log.outputText.contains("UPLOAD_PACKAGES=False") && !log.outputText.contains("TOKEN="))
        }
    }
}
