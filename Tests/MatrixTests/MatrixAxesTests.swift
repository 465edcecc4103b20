import Conda
import Containers
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// The axes beside the system, in real containers (about 60 s).
@Suite(.serialized) struct MatrixAxesTests {
    @Test func `the system's own packages are brought in, and a debugger among them tells where a crash was`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["crashing", "tools"], in: folder)
            let subjects = try ["crashing", "tools"].map { try Subject(reading: try #require(paths[$0])) }
            let plan = try await MatrixRunTests.plan(
                ["debian-12", "musl"], axes: ", packages: [none, debugger]", more: "packages: {debugger: {debian: [gdb]}}", seconds: 60)
            let run = MatrixRunTests.run(plan, subjects, in: folder)
            let results = try await run.run()
            func result(_ artifact: String, _ cell: String) throws -> CellResult {
                try #require(results.first { $0.artifact.name.package == artifact && $0.cell.id == cell })
            }
            let crash = try result("crashing", "debian-12_linux-64_with-debugger")
            #expect(crash.reason.contains("it crashed with SIGSEGV (signal 11) in `crash`"), "\(crash.reason)")
            #expect(crash.evidence.contains { $0.hasPrefix("#0") && $0.contains("main") }, "\(crash.evidence)")
            #expect(try result("crashing", "debian-12_linux-64").evidence.allSatisfy { !$0.hasPrefix("#0") })
            #expect(try result("crashing", "musl_linux-64_with-debugger").outcome == .unavailable)
            #expect(crash.image?.reference.hasPrefix("localhost/hallmark/layer:") == true)

            // The layer stands: it is not made again.
            let installed = Mutex(0)
            _ = try await run.run { if case .installing = $0 { installed.withLock { $0 += 1 } } }
            #expect(installed.withLock { $0 } == 0)
        }
    }

    @Test func `an environment is made in the cell by the client that is brought in, without the network`() async throws {
        try await TemporaryDirectory.with { folder in
            let names = ["fine", "friend", "writer", "three"]
            let paths = try await Planted.build(names, in: folder)
            let subjects = try names.map { try Subject(reading: try #require(paths[$0])) }
            var run = MatrixRunTests.run(
                try await MatrixRunTests.plan(["debian-11", "debian-13"], axes: ", install: [per-cell]", seconds: 60), subjects, in: folder)
            let without = try await run.run()
            #expect(without.allSatisfy { $0.outcome == .unavailable && $0.reason.contains("`--client`") })
            run.client = try CellClient(parsing: "rattler=\(TestTools.client)")
            for result in try await run.run() {
                switch result.artifact.name.package {
                // It insists on an environment that cannot be written to, which this one can.
                case "fine": #expect(result.outcome.kind == .failed && result.tests.first?.outcome?.kind == .failed, "\(result.reason)")
                case "three": #expect(result.reason.hasSuffix("the test failed with exit code 3: the answer was wrong"))
                default: #expect(result.outcome == .passed, "\(result.artifact.name) in \(result.cell): \(result.reason)")
                }
            }
        }
    }

    /// Stand-ins that say how they were called; docs/matrix.md says what came of the real ones.
    @Test(arguments: [
        (
            CellClient.Kind.micromamba,
            "create --yes --quiet --offline --no-rc --root-prefix $CLIENT --prefix $PREFIX --file /hallmark-packages/explicit.txt"
        ),
        (.conda, "-I -m conda create --yes --quiet --offline --no-default-packages --prefix $PREFIX --file /hallmark-packages/explicit.txt"),
    ])
    func `a user's own client is found, called and believed as it wants to be`(kind: CellClient.Kind, call: String) async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["codes", "fine"], in: folder)
            let codes = try Subject(reading: try #require(paths["codes"]))
            let fine = try Subject(reading: try #require(paths["fine"]))
            let installation = folder.appending("client")
            let program = installation.appending("bin").appending(kind == .conda ? "python" : "micromamba")
            func place(_ name: String, _ text: String) throws {
                let path = installation.pushing(FilePath(name))
                try path.removingLastComponent().createDirectory()
                try path.replaceContents(with: text, permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            }
            try place(
                "bin/\(program.lastComponent?.string ?? "")",
                """
                #!/bin/sh
                case "$*" in *--version) echo "stand-in 1.0"; exit;; esac
                echo "called: $*" "env $HOME ${CONDA_PREFIX-none} ${CONDA_PKGS_DIRS-none}"
                ls -A /hallmark-client/envs /hallmark-client/pkgs 2>/dev/null; cat /hallmark-client/.condarc 2>/dev/null
                cat /hallmark-packages/explicit.txt
                for f in $(grep ^file: /hallmark-packages/explicit.txt); do f=${f#file://}; echo "${f#*#}  ${f%#*}" | md5sum -c || exit 9; done
                echo 'the stand-in makes nothing'
                exit 1

                """)
            if kind == .conda {
                for name in ["bin/conda", "conda-meta/history", ".condarc", "envs/mine", "pkgs/theirs"] { try place(name, "planted secret\n") }
            }
            var run = MatrixRunTests.run(
                try await MatrixRunTests.plan(["debian-12"], axes: ", install: [per-cell]", seconds: 60), [codes], siblings: [fine], in: folder)
            run.client = try CellClient(kind, at: installation)
            let results = try await run.run()
            let result = try #require(results.first)
            #expect(result.outcome.failure.map { if case .installation = $0 { true } else { false } } == true, "\(result.reason)")
            #expect(result.reason.hasSuffix("the stand-in makes nothing"), "\(result.reason)")
            let file = try #require(result.log)
            let log = try folder.appending("results").appending(codes.name.fileName).appending(file.file).text()
            let prefix = try #require(log.split(separator: " ").first { $0.contains("/environments/") }).dropLast()
            let client = FilePath(String(prefix)).removingLastComponent().appending("client").string
            let called = call.replacingOccurrences(of: "$PREFIX", with: prefix).replacingOccurrences(of: "$CLIENT", with: client)
            #expect(log.contains("called: \(called) env \(client) none \(kind == .conda ? "\(client)/pkgs" : "none")"), "\(log)")
            #expect(log.contains("stand-in 1.0") && log.contains("@EXPLICIT"))
            // What is needed stands before what needs it, whatever their names.
            let list = log.split(separator: "\n").filter { $0.contains("file:///hallmark-packages/linux-64/") }
            #expect(list.prefix(2).map { $0.contains("/fine-1.0-") } == [true, false], "\(list)")
            for hidden in ["planted secret", "mine", "theirs"] { #expect(!log.contains(hidden)) }
        }
    }

    @Test func `a client that does not start in a system is not the artifact's fault, and a test may end with any code of its own`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["fine", "codes"], in: folder)
            let subjects = try ["fine", "codes"].map { try Subject(reading: try #require(paths[$0])) }
            var run = MatrixRunTests.run(
                try await MatrixRunTests.plan(["debian-12", "musl"], axes: ", install: [per-cell]", seconds: 60), subjects, in: folder)
            run.client = try CellClient(parsing: "rattler=\(TestTools.client)")
            for result in try await run.run() {
                switch (result.artifact.name.package, result.cell.system) {
                case (_, "musl"):
                    #expect(result.outcome == .unavailable, "\(result.reason)")
                    #expect(result.reason.contains("the client that makes environments does not start in this system: "), "\(result.reason)")
                case ("codes", _):
                    let codes = result.tests.map(\.outcome?.failure)
                    #expect(codes == [.test(exitCode: 121), .test(exitCode: 122)], "\(result.tests)")
                default: #expect(result.outcome.kind == .failed, "\(result.reason)")
                }
            }
        }
    }

    @Test func `what a client's path may be is said where it is something else`() async throws {
        try await TemporaryDirectory.with { folder in
            func refusal(_ text: String) -> String {
                do throws(MatrixError) { _ = try CellClient(parsing: text) } catch { return "\(error.message); \(error.hint ?? "")" }
                return "taken"
            }
            func place(_ name: String) throws {
                let path = folder.pushing(FilePath(name))
                try path.removingLastComponent().createDirectory()
                try path.replaceContents(with: "#!/bin/sh\n", permissions: [.ownerReadWriteExecute])
            }
            for name in [
                "mini/bin/python", "mini/bin/conda", "mini/condabin/conda", "mini/conda-meta/history", "one/bin/micromamba", "usr/bin/conda",
            ] {
                try place(name)
            }
            try place("usr/bin/python")
            try folder.appending("plain").replaceContents(with: "")
            for text in ["conda", "conda=", "mamba=/x", "/opt/miniforge3"] {
                #expect(refusal(text) == "`\(text)` names no client and its path; write conda=DIR, micromamba=FILE or rattler=DIR")
            }
            let conda = "; name the folder that Miniforge or Miniconda is installed in, as in `--client conda=/opt/miniforge3`"
            #expect(refusal("conda=\(folder)/none") == "conda cannot be brought into cells: `\(folder)/none` is not there" + conda)
            #expect(refusal("conda=\(folder)/one") == "conda cannot be brought into cells: there is no `bin/python` in `\(folder)/one`" + conda)
            #expect(refusal("conda=\(folder)/usr").contains("is no environment of conda's: there is no `conda-meta` in it"))
            #expect(refusal("micromamba=\(folder)/plain").contains("`\(folder)/plain` is not a program; name the program"))
            #expect(refusal("micromamba=\(folder)/mini").contains("there is no `bin/micromamba` in"))
            #expect(refusal("rattler=\(folder)/mini").contains("there is no `bin/python3` in"))
            for path in ["mini", "mini/bin/conda", "mini/condabin/conda"] {
                let client = try CellClient(.conda, at: folder.pushing(FilePath(path)))
                #expect(client.source == folder.appending("mini") && client.target == "/hallmark-client")
            }
            for path in ["one", "one/bin", "one/bin/micromamba"] {
                let client = try CellClient(.micromamba, at: folder.pushing(FilePath(path)))
                #expect(client.source == folder.pushing("one/bin/micromamba") && client.target == "/hallmark-client/micromamba")
            }
        }
    }

    @Test func `tests for Python and Perl, of the old format and the new, are run by the artifact's own interpreter`() async throws {
        try await TemporaryDirectory.with { folder in
            let names = ["python", "perl", "oldpy", "oldpl"]
            let paths = try await Planted.build(names, in: folder)
            let subjects = try names.map { try Subject(reading: try #require(paths[$0])) }
            let results = try await MatrixRunTests.run(try await MatrixRunTests.plan(["debian-12"]), subjects, in: folder).run()
            let reasons = Dictionary(uniqueKeysWithValues: results.map { ($0.artifact.name.package, $0.reason) })
            #expect(reasons["python"] == "1 test passed" && reasons["perl"] == "1 test passed", "\(reasons)")
            #expect(reasons["oldpy"] == "run_test.py: the test failed with exit code 5: Python (3, 13)")
            #expect(reasons["oldpl"]?.hasPrefix("run_test.pl: the test failed with exit code ") == true, "\(reasons)")
            #expect(reasons["oldpl"]?.hasSuffix(": the camel is missing") == true, "\(reasons)")
        }
    }

    @Test func `a cell has no network, sees no other's files, and no token and no proxy's password of its caller`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["alone", "fine"], in: folder)
            try folder.appending("m.yaml").replaceContents(
                with: "version: 1\naxes: {system: [debian-12, musl], subdir: [linux-64]}\nlimits: {seconds: 60}\n")
            let secrets = ["HTTPS_PROXY", "http_proxy", "BINSTAR_TOKEN", "ANACONDA_API_TOKEN", "GITHUB_TOKEN", "HALLMARK_ANY"].map {
                ($0, "http://somebody:planted@127.0.0.1:1")
            }
            let environment = Hallmark(folder: folder).environment.merging(secrets) { $1 }
            let run = try await Command(
                .path(Hallmark.program), ["matrix", "run", "--matrix", "m.yaml"] + paths.values.map(\.string).sorted(),
                environment: .only(environment), workingDirectory: folder, timeout: .seconds(200)
            ).run()
            #expect(run.exit == .exited(0), "\(run.outputText)\n\(run.errorText)")
            let left = try await Command("grep", ["-rl", "somebody:planted", folder.appending("matrix-results").string]).run()
            #expect(left.exit == .exited(1) && left.outputText.isEmpty, "\(left.outputText)")
        }
    }

    @Test func `what the engine fails at is tried once more, and is spurious when it fails again`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["slow"], in: folder)
            let slow = try Subject(reading: try #require(paths["slow"]))
            let podman = folder.appending("podman")
            try podman.replaceContents(
                with: """
                    #!/bin/sh
                    case "$*" in "run "*hallmark-cell-*)
                      echo call >>'\(folder)/calls'
                      if [ "$(wc -l <'\(folder)/calls')" -le "$(cat '\(folder)/failures')" ]; then
                        echo 'Error: the disk of the machine fell off' >&2
                        exit 125
                      fi ;;
                    esac
                    exec podman "$@"

                    """, permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            for failures in [1, 2] {
                try folder.appending("failures").replaceContents(with: "\(failures)\n")
                try? folder.appending("calls").removeAll()
                var run = MatrixRunTests.run(try await MatrixRunTests.plan(["debian-12"]), [slow], in: folder)
                run.results = folder.appending("results-\(failures)")
                run.engine = Engine(kind: .podman, executable: .path(podman), environment: TestTools.podmanSettings)
                let retried = Mutex<[String]>([])
                let results = try await run.run { event in
                    if case .retried(_, _, let reason) = event { retried.withLock { $0.append(reason) } }
                }
                let result = try #require(results.first)
                #expect(result.outcome == (failures == 1 ? .passed : .spurious), "\(result.reason)")
                #expect(retried.withLock { $0.count == 1 && $0[0].contains("the disk of the machine fell off") })
                #expect(try folder.appending("calls").text() == "call\ncall\n")
            }
        }
    }

    @Test func `another processor's programs run by emulation, and the solver is told of that processor`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["arm"], in: folder)
            let plan = try await MatrixRunTests.plan(["debian-12-aarch64"], axes: "subdir: [linux-aarch64]", seconds: 60)
            let subject = try Subject(reading: try #require(paths["arm"]))
            let results = try await MatrixRunTests.run(plan, [subject], in: folder).run()
            let result = try #require(results.first)
            #expect(result.outcome == .passed, "\(result.reason)")
            #expect(result.system?.machine == "aarch64")
            #expect(result.virtualPackages.contains(VirtualPackage(name: "__archspec", version: "1", build: "aarch64")))
        }
    }

    @Test func `a gigabyte of output fills neither the memory nor the disk, and its end is read`() async throws {
        try await TemporaryDirectory.with { folder in
            let paths = try await Planted.build(["gigabyte"], in: folder)
            let subject = try Subject(reading: try #require(paths["gigabyte"]))
            let run = MatrixRunTests.run(try await MatrixRunTests.plan(["debian-12"], seconds: 300), [subject], in: folder)
            let results = try await run.run()
            let result = try #require(results.first)
            #expect(result.reason.hasPrefix("script 1: the test failed with exit code 5"), "\(result.reason)")
            let log = try #require(result.log)
            #expect(log.byteCount < 17 << 20)
        }
    }

    @Test func `a process is known to be gone only when it is`() throws {
        let own = try #require(ProcessMark.own.text)
        #expect(!ProcessMark.isGone(own))
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sleep")
        child.arguments = ["60"]
        try child.run()
        let mark = try #require(ProcessMark(pid: child.processIdentifier).text)
        #expect(!ProcessMark.isGone(mark))
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        #expect(ProcessMark.isGone(mark))
        // Of another boot, another space of pids, or not of this form: nothing is known.
        for text in ["x" + mark, mark.replacingOccurrences(of: ".", with: ""), "", "a.b.c.d"] { #expect(!ProcessMark.isGone(text)) }
        for end in mark.indices { _ = ProcessMark.isGone(String(mark[..<end])) }
    }
}
