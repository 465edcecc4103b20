import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

/// The tool is killed at each line of its journal, by a library that is loaded into it, and the same command is given again.
@Suite(.timeLimit(.minutes(5))) struct JournalKillTests {
    static let moments = ["before", "half", "after"]
    /// Two lines are written by `open`, three by `build`.
    static let lines = [("open", 1), ("open", 2), ("build", 1), ("build", 2), ("build", 3)]

    @Test(arguments: lines, moments)
    func `killed at any line of the journal, the same command makes the same of it and repeats nothing`(line: (String, Int), moment: String)
        async throws
    {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(
                in: folder, steps: "echo run >> /home/conda/feedstock_root/build_artifacts/runs\n" + BuildFixture.goodSteps)
            let killer = try await JournalKiller.make(in: folder).variables(line: line.1, moment)
            for verb in ["open", "build"] {
                let words = verb == "open" ? ["open", fixture.feedstock.string] : ["build"]
                if verb == line.0 {
                    let killed = try await Command(
                        BuildFixture.shim[0], words, environment: .inherited(adding: fixture.environment.merging(killer) { $1 }),
                        timeout: .seconds(120)
                    ).run()
                    #expect(killed.exit == .signalled(SIGKILL), "\(killed.exit) \(killed.errorText)")
                }
                let again = try await Command(
                    BuildFixture.shim[0], words, environment: .inherited(adding: fixture.environment), timeout: .seconds(120)
                ).run()
                #expect(again.exit == .exited(0), "\(again.errorText)")
            }
            #expect(try fixture.events() == ["opened", "requested", "planned", "buildStarted", "built"])
            let artifact = try fixture.journal().last?["details"]?["artifacts"]?[0]?["sha256"]?.string
            #expect(artifact == ToolFixture.artifactDigest)
            #expect(try fixture.feedstock.appending("build_artifacts/runs").text() == "run\n")
            let last = try await fixture.hallmark("build")
            #expect(last.exit == .exited(0) && last.errorText.contains("done before"))
        }
    }

    @Test func `killed while the build has changed the checkout, the same command takes it up, and the checkout is the commit's again`() async throws
    {
        try await TemporaryDirectory.with { folder in
            let steps = BuildFixture.goodSteps.replacingOccurrences(
                of: "==> Final checks\"", with: "==> Waiting\"; while [ ! -e build_artifacts/go ]; do sleep 0.1; done")
            let fixture = try await ToolFixture.make(in: folder, steps: steps)
            try await fixture.hallmark("open", fixture.feedstock.string)
            let build = Task {
                try await Command(
                    "bash", ["-c", "echo $$ > driver; exec \(BuildFixture.shim[0]) build"], environment: .inherited(adding: fixture.environment),
                    workingDirectory: folder, timeout: .seconds(120)
                ).run()
            }
            try await fixture.waitForLog("==> Waiting")
            kill(try #require(Int32(try folder.appending("driver").text().trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
            #expect(try await build.value.exit == .signalled(SIGKILL))
            #expect(fixture.feedstock.appending("recipe/recipe-scripts-license.txt").exists)
            try fixture.feedstock.appending("build_artifacts/go").replaceContents(with: "")
            let again = try await fixture.hallmark("build")
            #expect(again.exit == .exited(0) && again.errorText.contains("which was running already"), "\(again.errorText)")
            let status = try await Command("git", ["-C", fixture.feedstock.string, "status", "--porcelain"]).output()
            #expect(status.isEmpty, "\(status)")
        }
    }
}
