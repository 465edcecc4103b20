import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// `hallmark build` in a real machine of Vagrant's (about 35 s). What runs here is a Debian, in the place of a macOS: the machine, the way in and the
/// way out are real, the feedstock's script is one that any system can run.
@Suite(.timeLimit(.minutes(5))) struct BoxBuildTests {
    private static let script = """
        #!/usr/bin/env bash
        set -e
        echo "==> Building recipe"
        test -f recipe/recipe.yaml
        test "$CONFIG" = osx_arm64_ && test "$UPLOAD_PACKAGES" = False && test "$OSX_SDK_DIR" = /opt/conda-sdks && test -n "$sha"
        if env | grep -i planted; then exit 9; fi
        echo "warning: said on the other stream" >&2
        echo begun >>/tmp/begun
        while [ ! -e /tmp/go ]; do sleep 0.2; done
        echo "begun $(wc -l </tmp/begun) time"
        mkdir -p "$CONDA_BLD_PATH/osx-arm64"
        head -c 300000 /dev/urandom >"$CONDA_BLD_PATH/osx-arm64/zstd-1.0-h0_0.conda"
        sha256sum "$CONDA_BLD_PATH/osx-arm64/zstd-1.0-h0_0.conda" | sed 's/^/made /'
        uname -s
        """

    /// Starts a build and kills hallmark, and nothing else, when the log shows that the script runs.
    private static func killed(_ hallmark: Program, _ arguments: [String], in folder: FilePath) async throws {
        let process = Process()
        process.executableURL = URL(filePath: Program.hallmark.string)
        process.arguments = arguments
        process.environment = hallmark.environment
        let log = folder.appending("killed.log")
        try log.replaceContents(with: "")
        let file = try FileHandle(forWritingTo: URL(filePath: log.string))
        process.standardError = file
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        while process.isRunning, !(try log.text()).contains("said on the other stream") { try await Task.sleep(for: .milliseconds(100)) }
        let said = try log.text()
        try #require(process.isRunning, "it ended before it was killed: \(said)")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
    }

    @Test func `a variant is built in a box, goes on there when hallmark is killed, is taken up, and the box is taken away`() async throws {
        try await TestBox.with { box in
            try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
                let feedstock = folder.appending("zstd-feedstock")
                let made = try await Command(.path(Repository.root.pushing("scripts/make-feedstock.sh")), ["zstd", feedstock.string]).run()
                try #require(made.exit == .exited(0), "\(made.errorText)")
                try feedstock.appending(".scripts").createDirectory()
                try feedstock.pushing(".scripts/run_osx_build.sh").replaceContents(with: Self.script)
                try feedstock.pushing(".ci_support/osx_arm64_.yaml").replaceContents(
                    with: "target_platform:\n- osx-arm64\nchannel_targets:\n- conda-forge main\n")
                for words in [["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t.invalid", "commit", "-qm", "Render for macOS"]] {
                    _ = try await Command("git", words, workingDirectory: feedstock).output()
                }
                let machines = folder.appending("vagrant")
                try machines.createDirectory()
                try FileManager.default.createSymbolicLink(
                    atPath: machines.appending("macos-today-build").string, withDestinationPath: box.folder.string)
                var hallmark = Program(in: folder)
                hallmark.environment.merge(box.environment) { $1 }
                hallmark.environment["HALLMARK_WORKSPACE"] = folder.appending("workspace").string
                hallmark.environment["HALLMARK_VAGRANT"] = machines.string
                hallmark.environment["HALLMARK_BOX_PROVIDER"] = "docker"
                hallmark.environment["PLANTED_TOKEN"] = "planted-secret"
                try await hallmark.run(["open", feedstock.string]).succeed()
                try await Self.killed(hallmark, ["build", "osx_arm64_", "--accept-oddities", "--show-log"], in: folder)
                _ = try await Command(
                    "vagrant", ["ssh", "--no-tty", "--command", "touch /tmp/go"], environment: .inherited(adding: box.environment),
                    workingDirectory: box.folder, timeout: .seconds(60)
                ).output()
                let built = try await hallmark.expecting(0, "build", "osx_arm64_", "--accept-oddities", "--show-log")
                #expect(built.error.contains("Linux"), "\(built.error)")
                // From its first line on, and begun once.
                #expect(built.error.contains("Building recipe") && built.error.contains("begun 1 time"), "\(built.error)")
                let artifact = FilePath(try #require(built.lines.first))
                let digest = try await Command("sha256sum", [artifact.string]).output().prefix(64)
                #expect(built.error.contains("made \(digest)"), "the bytes are those that were made there: \(built.error)")
                #expect(try artifact.byteCount() == 300_000)
                let machine = try await Command(
                    "vagrant", ["status", "--machine-readable"], environment: .inherited(adding: box.environment), workingDirectory: box.folder
                ).output()
                #expect(machine.contains("not_created"))
                let again = try await hallmark.expecting(0, "build", "osx_arm64_", "--accept-oddities")
                #expect(again.error.contains("done before"))
            }
        }
    }
}
