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
            // On a terminal: a number opens the cell's log in the pager, which has the terminal to itself, and the grid comes back.
            try folder.appending("pager").replaceContents(
                with: "#!/bin/sh\nps -o pgid=,tpgid= -p $$ | awk '{ print ($1 == $2) ? \"in front\" : \"behind\" }' > seen\ncp \"$1\" shown\n",
                permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            let line = "stty cols 200; \(Hallmark.program) matrix show previous --cell debian-12 --browse"
            let browsed = try await Command(
                "script", ["-qec", line, "/dev/null"], environment: .only(hallmark.environment.merging(["PAGER": "./pager"]) { $1 }),
                workingDirectory: folder, input: Array("2\n\n".utf8), timeout: .seconds(60)
            ).output()
            #expect(try folder.appending("seen").text() == "in front\n")
            #expect(try folder.appending("shown").text().contains("the answer was wrong"))
            #expect(
                browsed.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("debian-12_linux-64") && $0.contains("2 failed") }.count == 2,
                "\(browsed)")
            let comparison = try await hallmark("matrix", "compare", "previous", "last", "--all")
            #expect(comparison.exit.isSuccess)
            #expect(comparison.errorText.contains("0 fixed, 0 broke, 1 still, 0 new, 5 gone"), "\(comparison.errorText)")
            let unknown = try await hallmark("matrix", "show", "1999")
            #expect(unknown.errorText.contains("no run of the matrix is called `1999`") && unknown.errorText.contains("hint: there are: 2"))
        }
    }

    @Test func `what is not here is pulled and pinned, and a tag that has moved is taken when it is asked for`() async throws {
        try await TemporaryDirectory.with { folder in
            // Debian's package `docker-registry` on loopback in the place of the usual one, and a store of its own, which no other test sees.
            let free = "import socket; s = socket.socket(); s.bind((\"127.0.0.1\", 0)); print(s.getsockname()[1], end=\"\")"
            let port = try await Command("python3", ["-c", free]).output()
            try folder.appending("registry.yml").replaceContents(
                with: "version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: \(folder.appending("registry"))}}\n"
                    + "http: {addr: \"127.0.0.1:\(port)\"}\n")
            try folder.appending("registries.conf").replaceContents(
                with: "[[registry]]\nprefix = \"docker.io\"\nlocation = \"127.0.0.1:\(port)\"\ninsecure = true\n")
            try folder.appending("storage.conf").replaceContents(
                with: "[storage]\ndriver = \"overlay\"\ngraphroot = \"\(folder.appending("store"))\"\nrunroot = \"\(folder.appending("run"))\"\n")
            try folder.appending("m.yaml").replaceContents(
                with: "version: 1\naxes: {system: [debian-12], subdir: [linux-64]}\nlimits: {seconds: 60}\n")
            let settings = [
                "CONTAINERS_REGISTRIES_CONF": folder.appending("registries.conf").string,
                "CONTAINERS_STORAGE_CONF": folder.appending("storage.conf").string,
            ]
            func push(_ image: String) async throws {
                _ = try await Command(
                    "podman", ["push", "--quiet", "--tls-verify=false", image, "127.0.0.1:\(port)/library/debian:12"],
                    environment: .inherited(adding: TestTools.podmanSettings)
                ).output()
            }
            func pin(_ more: String...) async throws -> ProcessResult {
                try await Command(
                    .path(Hallmark.program), ["matrix", "pin", "--matrix", "m.yaml", "--lock", "lock.json"] + more,
                    environment: .only(Hallmark(folder: folder).environment.merging(settings) { $1 }), workingDirectory: folder,
                    timeout: .seconds(120)
                ).run()
            }
            func pinned() throws -> ImageLock.Entry? { try ImageLock(reading: folder.appending("lock.json")).images["docker.io/library/debian:12"] }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        _ = try await Command("docker-registry", ["serve", folder.appending("registry.yml").string]).run()
                    } catch ProcessError.cancelled {}
                }
                var isReady = false
                for _ in 0..<200 where !isReady {
                    isReady = try await Command("python3", ["-c", "import socket; socket.create_connection((\"127.0.0.1\", \(port)))"]).run().exit
                        .isSuccess
                    if !isReady { try await Task.sleep(for: .milliseconds(50)) }
                }
                try #require(isReady)
                try await push("localhost/hallmark/musl:1.2")
                let first = try await pin("--pull")
                #expect(first.exit.isSuccess && first.errorText.contains("pulling docker.io/library/debian:12"), "\(first.errorText)")
                let before = try #require(try pinned())
                let musl = try await MatrixRunTests.engine.image("localhost/hallmark/musl:1.2")
                #expect(before.id == musl?.id)

                // The tag means another image now: it is looked at when that is asked for, and not before.
                try await TinyImage.make(.name("podman"), environment: TestTools.podmanSettings)
                try await push(TinyImage.reference)
                #expect(try await pin("--pull").exit.isSuccess)
                #expect(try pinned() == before)
                #expect(try await pin("--pull", "--renew").exit.isSuccess)
                #expect(try #require(try pinned()).id != before.id)
                group.cancelAll()
                try await group.waitForAll()
            }
            // Podman mounts a store onto itself where it runs as root, and leaves it so.
            _ = try await Command("umount", [folder.appending("store/overlay").string]).run()
        }
    }
}
