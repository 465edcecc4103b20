import Conda
import Files
import Foundation
import Machines
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Workbench

/// Builds in machines, with a stand-in for Vagrant: what is shown here are the order of things and what a lost driver leaves. `EndToEndTests` drives a real one.
@Suite(.timeLimit(.minutes(2))) struct BoxBuildTests {
    private static func program(_ path: FilePath, _ text: String) throws {
        try path.replaceContents(with: text, permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
    }

    private static func build(in folder: FilePath, variant: String, subdir: String, shell: Box.Shell, script: String) throws -> BoxBuild {
        let feedstock = folder.appending("thing-feedstock")
        let machine = folder.appending("machine")
        for path in [feedstock.appending(".scripts"), machine] { try path.createDirectory() }
        try feedstock.appending(".scripts").appending("\(BoxBuild.script(for: try Subdir(parsing: subdir)))").replaceContents(with: script)
        return BoxBuild(
            feedstock: feedstock, variant: variant, subdir: try Subdir(parsing: subdir),
            machine: VagrantMachine(folder: machine, shell: shell, executable: .path(folder.appending("vagrant"))),
            folder: folder.appending("attempt-1"),
            runID: "run \(UInt64.random(in: 0...UInt64.max))", feedstockName: "thing-feedstock", commit: "c0ffee", remoteURL: "")
    }

    @Test func `a build in a machine goes on when nobody watches it, and is taken up with its whole log`() async throws {
        try await TemporaryDirectory.with { folder in
            // The machine is this one.
            try Self.program(
                folder.appending("vagrant"),
                """
                #!/bin/sh
                case $1 in
                  status) if [ -e up ]; then state=running; else state=not_created; fi; echo "1,test,state,$state" ;;
                  up) touch up; echo up >> said ;;
                  upload) cp -r "$2" "$3" ;;
                  ssh) exec sh -c "$4" ;;
                  destroy) rm -f up; echo destroy >> said ;;
                esac
                """)
            let build = try Self.build(
                in: folder, variant: "osx_64_", subdir: "osx-64", shell: .ssh,
                script: """
                    echo started >> '\(folder)/starts'
                    echo first
                    while [ ! -e '\(folder)/go' ]; do sleep 0.1; done
                    mkdir -p "$CONDA_BLD_PATH/osx-64" "$CONDA_BLD_PATH/broken"
                    printf package > "$CONDA_BLD_PATH/osx-64/thing-1.0-h0_0.conda"
                    printf broken > "$CONDA_BLD_PATH/broken/thing-1.0-h1_0.tar.bz2"
                    printf no > "$CONDA_BLD_PATH/osx-64/repodata.json"
                    echo last
                    """)
            let (seen, continuation) = AsyncStream<Void>.makeStream()
            let first = Task { @Sendable in
                try await build.run { event in if case .line(let line) = event, line.text == "first" { continuation.yield() } }
            }
            for await _ in seen { break }
            first.cancel()
            await #expect(throws: BuildError.leftInMachine(build.machine.folder)) { try await first.value }
            try folder.appending("go").replaceContents(with: "")
            let lines = Mutex<[String]>([])
            let outcome = try await build.run { event in
                if case .line(let line) = event, line.stream != .script { lines.withLock { $0.append(line.text) } }
            }
            #expect(lines.withLock { $0 } == ["first", "last"])
            #expect(outcome.failure == nil, "\(outcome.failure?.message ?? "")")
            #expect(outcome.artifacts.map(\.name.fileName) == ["thing-1.0-h0_0.conda"] && outcome.artifacts.first?.subdir?.name == "osx-64")
            #expect(outcome.broken.map(\.name.fileName) == ["thing-1.0-h1_0.tar.bz2"])
            #expect(try FilePath(try #require(outcome.artifacts.first).path).text() == "package")
            #expect(try folder.appending("starts").text() == "started\n")
            #expect(try build.machine.folder.appending("said").text() == "up\ndestroy\n")
            #expect(try await build.run() == outcome, "what is done is not done again")
        }
    }

    @Test func `a build that fails in a machine says why, and one whose bytes changed on the way is no result`() async throws {
        try await TemporaryDirectory.with { folder in
            // No Windows runs here: what it would say is written down, and what it is asked is kept.
            let bytes = Data("windows package".utf8)
            let digest = try await Command("sha256sum", input: Array(bytes)).output().prefix(64).uppercased()
            try Self.program(
                folder.appending("vagrant"),
                """
                #!/bin/sh
                printf '%s\\n' "$*" >> said
                case $1 in
                  status) echo "1,test,state,running" ;;
                  upload) tar -xOf "$2" .hallmark-main.bat > main.bat ;;
                  winrm)
                    code=0
                    case $5 in
                      *main.bat*) echo '==> Building recipe'; echo 'LINK : fatal error LNK1181'; code=$(cat '\(folder)/code') ;;
                      *Get-FileHash*) printf '%s  %s\\n' \(digest) 'C:\\hallmark-work\\x\\bld\\win-64\\thing-1.0-h0_0.conda' ;;
                      *OpenRead*) cat '\(folder)/base64' ;;
                    esac
                    mark=${5##*call echo }
                    printf '%s %s\\r\\n' "${mark%% *}" "$code"
                    # As Vagrant does: its own code says nothing but that.
                    [ "$code" = 0 ] || exit 1 ;;
                esac
                """)
            var build = try Self.build(in: folder, variant: "win_64_", subdir: "win-64", shell: .winrm, script: "rem nothing\r\n")
            try folder.appending("code").replaceContents(with: "3")
            try folder.appending("base64").replaceContents(with: bytes.base64EncodedString() + "\r\n")
            let failed = try await build.run()
            #expect(failed.failure?.message.contains("LNK1181") == true && failed.scriptExit == 3)
            let batch = try build.machine.folder.appending("main.bat").text()
            #expect(batch.contains("set \"CONFIG=win_64_\"\r\n") && batch.contains("cmd /d /c .scripts\\run_win_build.bat\r\n"))

            build.folder = folder.appending("attempt-2")
            try folder.appending("code").replaceContents(with: "0")
            let built = try await build.run()
            #expect(built.artifacts.map(\.name.fileName) == ["thing-1.0-h0_0.conda"])
            #expect(!(try build.machine.folder.appending("said").text()).contains("destroy"), "it was somebody's own")

            build.folder = folder.appending("attempt-3")
            try folder.appending("base64").replaceContents(with: Data("another package".utf8).base64EncodedString() + "\r\n")
            let error = await #expect(throws: BuildError.self) { try await build.run() }
            #expect(error?.message.contains("its bytes are not those that the machine holds") == true)
        }
    }
}
