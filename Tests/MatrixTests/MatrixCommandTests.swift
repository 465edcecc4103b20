import Containers
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// The verbs of `hallmark matrix` on the built program (about 40 s).
@Suite struct MatrixCommandTests {
    @Test func `a matrix is planned, pinned, run, shown and compared from the command line`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["honest", "three"], in: folder)
            let files = try ["honest", "three"].map { try #require(paths[$0]).string }
            let hallmark = Hallmark(folder: folder)
            try folder.appending("m.yaml").replaceContents(
                with: "version: 1\naxes: {system: [debian-11, debian-12, fedora-42], subdir: [linux-64]}\nlimits: {seconds: 60}\n")

            // Before: what is expected, what is predicted, and why a cell cannot run.
            let plan = try await hallmark("matrix", "plan", files[0], "--matrix", "m.yaml", "--format", "json")
            let forecast = try StrictJSON.decode(MatrixForecast.self, from: Data(plan.output))
            #expect(forecast.rows.map(\.isAvailable) == [true, true, false])
            #expect(forecast.rows.map(\.prediction?.outcome) == [.uninstallable, .passed, .passed])
            #expect(forecast.rows.allSatisfy { $0.seconds == nil } && forecast.unmeasured == 2)
            #expect(forecast.rows[2].remedy?.contains("pull it with") == true)

            // Pinned: what the engine holds, and nothing that it does not.
            let pin = try await hallmark("matrix", "pin", "--matrix", "m.yaml", "--lock", "lock.json")
            #expect(pin.exit.isSuccess, "\(pin.errorText)")
            let lock = try ImageLock(reading: folder.appending("lock.json"))
            let image = try await MatrixRunTests.engine.image("localhost/hallmark/debian:12")
            let held = try #require(image)
            #expect(lock.images["localhost/hallmark/debian:12"]?.id == held.id && lock.images.count == 2)

            let run = try await hallmark(
                "matrix", "run", files[0], files[1], "--matrix", "m.yaml", "--lock", "lock.json", "--jobs", "auto", "--junit", "junit.xml")
            #expect(run.exit == .exited(1), "\(run.errorText)")
            #expect(run.errorText.contains("2 cells did not end as expected"))
            #expect(run.outputText.contains("uninstallable, as expected (predicted)") && run.outputText.contains("failed, expected passed"))
            #expect(try folder.appending("junit.xml").text().contains("<testsuite name=\"three-1.0-"))

            // An image that is another one than was pinned is not used.
            var other = try #require(lock.images["localhost/hallmark/debian:12"])
            other.id = "sha256:" + String(repeating: "0", count: 64)
            let text = try folder.appending("lock.json").text().replacingOccurrences(of: held.id, with: other.id)
            try folder.appending("other.json").replaceContents(with: text)
            let changed = try await hallmark("matrix", "plan", "--matrix", "m.yaml", "--lock", "other.json")
            #expect(changed.outputText.contains("is another image than the one that is pinned for `debian-12`"))
            let repinned = try await hallmark("matrix", "pin", "--matrix", "m.yaml", "--lock", "other.json")
            #expect(repinned.exit == .exited(1))

            // Afterwards: what it cost, what earlier runs said, and what changed.
            let again = try await hallmark("matrix", "plan", files[0], files[1], "--matrix", "m.yaml", "--format", "json")
            #expect(try StrictJSON.decode(MatrixForecast.self, from: Data(again.output)).rows.filter(\.isAvailable).allSatisfy { $0.seconds != nil })
            try await Task.sleep(for: .seconds(1))
            _ = try await hallmark("matrix", "run", files[0], "--matrix", "m.yaml", "--cell", "debian-12")
            let list = try await hallmark("matrix", "list")
            #expect(list.outputText.split(separator: "\n").count == 3, "\(list.outputText)")
            let shown = try await hallmark("matrix", "show", "previous", "--cell", "debian-12")
            #expect(shown.outputText.contains("the answer was wrong") && shown.outputText.contains("before it ran: passed"))
            let log = try await hallmark("matrix", "show", "previous", "--cell", "debian-12", "--log")
            #expect(log.outputText.contains("the answer was wrong") && log.outputText.contains("exit 3"))
            let comparison = try await hallmark("matrix", "compare", "previous", "last", "--all")
            #expect(comparison.exit.isSuccess)
            #expect(comparison.errorText.contains("0 fixed, 0 broke, 1 still, 0 new, 5 gone"), "\(comparison.errorText)")
            let unknown = try await hallmark("matrix", "show", "1999")
            #expect(unknown.errorText.contains("no run of the matrix is called `1999`") && unknown.errorText.contains("hint: there are: 2"))
        }
    }
}
