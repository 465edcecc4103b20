import Basics
import Containers
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing
import Workbench

/// A process that drives a build is killed, without any chance to clean up, and the same build is asked for again.
@Suite(.timeLimit(.minutes(10))) struct KillTests {
    static let steps = "echo run >> /home/conda/feedstock_root/build_artifacts/runs\n" + ResumeTests.slowSteps

    static func build(in folder: String) -> FeedstockBuild {
        let folder = FilePath(folder)
        var build = BuildFixture.build(folder.appending("thing-feedstock"), in: folder)
        // The same in both processes.
        build.workspaceID = "tests-\(folder.lastComponent?.string ?? "")"
        return build
    }

    /// The texts of lines at which the process is killed: before the container, at its first line, in the middle, at its last lines.
    @Test(arguments: ["+ mkdir -p", "Start Docker", "==> Building recipe", "step 10", "==> Final checks"])
    func `whenever the driver is killed, the next one makes the same of it and builds once`(mark: String) async throws {
        try await BuildFixture.ready()
        try await TemporaryDirectory.with { folder in
            let feedstock = try BuildFixture.feedstock(in: folder, steps: Self.steps)
            try feedstock.appending("go").replaceContents(with: "")
            LeftBehind.note(workspace: Self.build(in: folder.string).workspaceID)
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.string as String, mark = mark as String] in
                let outcome = try await KillTests.build(in: path).run { event in
                    if case .line(let line) = event, line.text.hasPrefix(mark) { kill(getpid(), SIGKILL) }
                }
                Issue.record("the build came to its end: \(outcome)")
            }
            let build = Self.build(in: folder.string)
            let outcome = try await build.run()
            #expect(outcome.isSuccess, "\(String(describing: outcome.failure))")
            #expect(outcome.artifacts.map(\.sha256.hexadecimal) == ["4e9416efcf77b84013f263e1f9008c656861298be5aabc82f458e6e47c60d9ff"])
            #expect(try feedstock.appending("build_artifacts/runs").text() == "run\n")
            #expect(try feedstock.appending(".ci_support/linux_64_.yaml").text() == "target_platform:\n- linux-64\n")
            let lines = try build.logFile.text().split(separator: "\n").compactMap { BuildLogLine(parsing: $0) }
            #expect(lines.filter { $0.text.hasPrefix("step ") }.map(\.text) == (1...20).map { "step \($0)" })
            #expect(lines.first?.stream == .script)
            #expect(try await build.engine.container(build.containerName) == nil)
        }
    }
}
