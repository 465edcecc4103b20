import Containers
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing
import Workbench

/// A feedstock in git and a workspace, built by the tool itself, as a person would.
struct ToolFixture {
    let folder: FilePath
    let feedstock: FilePath
    var environment: [String: String]

    var workspace: FilePath { FilePath(environment["HALLMARK_WORKSPACE"] ?? folder.appending("workspace").string) }
    static let artifactDigest = "4e9416efcf77b84013f263e1f9008c656861298be5aabc82f458e6e47c60d9ff"

    /// `change` makes another script of the usual one.
    static func make(in folder: FilePath, steps: String, change: (String) -> String = { $0 }) async throws -> ToolFixture {
        try await BuildFixture.ready()
        let feedstock = try BuildFixture.feedstock(in: folder, steps: steps)
        try feedstock.appending(".ci_support/linux_64_.yaml").replaceContents(
            with: "target_platform:\n- linux-64\ndocker_image:\n- \(BuildFixture.image)\nchannel_targets:\n- conda-forge main\n")
        try feedstock.appending("conda-forge.yml").replaceContents(with: "conda_build_tool: rattler-build\n")
        try feedstock.appending("recipe/recipe.yaml").replaceContents(
            with: "package: {name: thing, version: '1.0'}\nbuild: {number: 0}\nextra: {feedstock-name: thing}\n")
        try feedstock.appending(".scripts/run_docker_build.sh").replaceContents(with: change(BuildFixture.dockerScript))
        try feedstock.appending(".gitignore").replaceContents(with: "build_artifacts\n")
        let environment = ["HOME": folder.string, "HALLMARK_WORKSPACE": folder.appending("workspace").string]
            .merging(TinyImage.podmanEnvironment, uniquingKeysWith: { $1 })
        let fixture = ToolFixture(folder: folder, feedstock: feedstock, environment: environment)
        for words in [
            ["init", "--quiet", "--initial-branch=main"], ["add", "--all"],
            ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "--message=Render"],
        ] {
            _ = try await Command("git", ["-C", feedstock.string] + words, environment: .inherited(adding: ["GIT_CONFIG_GLOBAL": "/dev/null"]))
                .output()
        }
        return fixture
    }

    @discardableResult
    func hallmark(_ words: String..., adding values: [String: String] = [:], input: String? = nil) async throws -> ProcessResult {
        let result = try await Command(
            BuildFixture.shim[0], words, environment: .inherited(adding: environment.merging(values) { $1 }), workingDirectory: folder,
            input: input.map { Array($0.utf8) }, timeout: .seconds(120)
        ).run()
        if words.first == "open", let id = try? workspaceID() { LeftBehind.note(workspace: id) }
        return result
    }

    /// The value of the label that the workspace's containers have.
    func workspaceID() throws -> String {
        try #require(
            try workspace.appending("workspace.json").text().split(separator: "\"").first { $0.count == 12 && $0.allSatisfy(\.isHexDigit) }.map(
                String.init))
    }

    /// The names of the journal's events, in order.
    func events() throws -> [String] { try journal().compactMap { $0["event"]?.string } }

    func journal() throws -> [JSONValue] {
        try workspace.appending("journal.jsonl").text().split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    /// Waits until the build's log holds `text`.
    func waitForLog(_ text: String) async throws { try await waitFor(text, in: "build.log") }

    /// Waits until a file of the first attempt holds `text`.
    func waitFor(_ text: String, in file: String) async throws {
        for _ in 0..<1200 {
            let builds = (try? workspace.appending("builds").children()) ?? []
            for path in builds.map({ $0.pushing("attempt-1").appending(file) }) where (try? path.text().contains(text)) == true { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("`\(file)` never said `\(text)`")
    }
}
