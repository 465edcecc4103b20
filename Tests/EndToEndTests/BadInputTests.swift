import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// What goes wrong is said in a sentence, with its own exit code, and nothing is lost.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct BadInputTests {
    /// A feedstock's checkout, its recipe changed by `edit` and committed.
    private static func feedstock(in folder: FilePath, _ edit: (String) -> String = { $0 }) async throws -> FilePath {
        let path = folder.appending("zstd-feedstock")
        let made = try await Command(.path(Repository.root.pushing("scripts/make-feedstock.sh")), ["zstd", path.string]).run()
        try #require(made.exit == .exited(0), "\(made.errorText)")
        let recipe = path.pushing("recipe/recipe.yaml")
        let text = try recipe.text()
        let changed = edit(text)
        if changed != text {
            try recipe.replaceContents(with: changed)
            let commit = try await Command(
                "git", ["-c", "user.name=t", "-c", "user.email=t@t.invalid", "commit", "-qam", "Change the recipe"], workingDirectory: path
            ).run()
            try #require(commit.exit == .exited(0), "\(commit.errorText)")
        }
        return path
    }

    private static func opened(in folder: FilePath, arguments: [String] = [], _ edit: (String) -> String = { $0 }) async throws -> Program {
        var hallmark = Program(in: folder)
        hallmark.environment["HALLMARK_WORKSPACE"] = folder.appending("workspace").string
        try await hallmark.run(["open", try await feedstock(in: folder, edit).string] + arguments).succeed()
        return hallmark
    }

    @Test func `a folder that is no feedstock is refused, and says what is missing`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            let answer = try await Program(in: folder).expecting(2, "open", folder.string, "--workspace", folder.appending("w").string)
            #expect(answer.error.hasPrefix("error: ") && answer.output.isEmpty)
            #expect(!folder.appending("w").exists)
        }
    }

    @Test func `a workspace that was named and is not there is an error, not an empty answer`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            for verb in ["status", "build", "sign", "upload", "report"] {
                let answer = try await Program(in: folder).expecting(2, verb, "--workspace", folder.string)
                #expect(answer.error.contains("no workspace") && answer.error.contains("hint: "))
            }
        }
    }

    @Test func `a variable that names a workspace relative to another folder keeps nobody from what needs none`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            try folder.appending("x-1.0-0.conda").replaceContents(with: "no package")
            let plain = try await Program(in: folder).run(["verify", "x-1.0-0.conda"], in: folder)
            var named = Program(in: folder)
            named.environment["HALLMARK_WORKSPACE"] = "elsewhere/work"
            let answer = try await named.run(["verify", "x-1.0-0.conda"], in: folder)
            #expect(answer.error == plain.error && answer.exit == plain.exit && !answer.error.contains("elsewhere"))
            // A verb that needs one says so, and so does a path that is whole.
            #expect(try await named.expecting(2, "status", in: folder).error.contains("elsewhere"))
            named.environment["HALLMARK_WORKSPACE"] = folder.appending("elsewhere").string
            #expect(try await named.run(["verify", "x-1.0-0.conda"], in: folder).error.contains("elsewhere"))
        }
    }

    @Test func `without an engine nothing is built, and the hint says what to install`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            var hallmark = try await Self.opened(in: folder)
            let bin = folder.appending("bin")
            try bin.createDirectory()
            for tool in ["git", "bash", "sh"] {
                try FileManager.default.createSymbolicLink(atPath: bin.appending(tool).string, withDestinationPath: "/usr/bin/\(tool)")
            }
            hallmark.environment["PATH"] = bin.string
            let answer = try await hallmark.expecting(2, "build")
            #expect(answer.error.contains("no container engine") && answer.error.contains("install podman or docker"))
            let doctor = try await hallmark.expecting(1, "doctor", "--disk", "1")
            #expect(doctor.output.contains("no container engine"))
        }
    }

    @Test func `an image that is not here is named with the way to have it`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            let hallmark = try await Self.opened(in: folder, arguments: ["--image", "localhost/hallmark/no-such-image:1"])
            let answer = try await hallmark.expecting(2, "build")
            #expect(answer.error.contains("`localhost/hallmark/no-such-image:1` is not here"))
        }
    }

    @Test func `a second build is refused, and told who has the workspace`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            let hallmark = try await Self.opened(in: folder)
            let lock = try FileLock.take(folder.pushing("workspace/lock"), holder: "`hallmark build`, process 4711 on this machine")
            let answer = try await hallmark.expecting(2, "build")
            #expect(answer.error.contains("in use by `hallmark build`, process 4711"))
            try await hallmark.expecting(0, "status")
            lock.release()
        }
    }

    @Test func `a checkout that is not what its commit holds is not built`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            let hallmark = try await Self.opened(in: folder)
            let script = folder.pushing("zstd-feedstock/recipe/build.sh")
            try script.replaceContents(with: try script.text() + "\n# a change that nobody reviewed\n")
            let answer = try await hallmark.expecting(2, "build")
            #expect(answer.error.contains("not what the commit holds"))
        }
    }

    @Test func `a package whose tests fail is kept and named, and can never be signed`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            let hallmark = try await Self.opened(in: folder) { recipe in
                recipe.replacingOccurrences(of: "tests:\n", with: "tests:\n  - script:\n      - echo planted failure\n      - exit 3\n")
            }
            let answer = try await hallmark.expecting(1, "build", "linux_64_zstd_threadsmulti")
            #expect(answer.error.contains("tests of") && answer.error.contains("kept, never to be signed"))
            let kept = try folder.pushing("workspace/builds/linux_64_zstd_threadsmulti/broken").children()
            #expect(kept.count == 1 && kept.first?.string.hasSuffix(".conda") == true)
            let status = try await hallmark.expecting(0, "status")
            #expect(status.output.contains("failed"))
            try await hallmark.expecting(2, "embed")
        }
    }

    @Test func `a server that does not answer is named, and a channel is never taken for empty`() async throws {
        try await TemporaryDirectory.with(in: Repository.scratch()) { folder in
            let answer = try await Program(in: folder).expecting(
                2, "retest", "--server", "http://127.0.0.1:\(try FreePort.find())", "--owner", "demo", "--into", folder.appending("retest").string)
            #expect(answer.error.contains("127.0.0.1") && !answer.error.contains("holds no artifact"))
        }
    }
}
