import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

/// The tool is killed at each line of its journal, by a library that is loaded into it, and the same command is given again.
@Suite(.timeLimit(.minutes(5))) struct JournalKillTests {
    /// Kills its process at the nth line that is written to a file: before it, in its middle, or when it is on the disk.
    static let library = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        static int writes, syncs;
        static char moment[16];
        static int at;

        __attribute__((constructor)) static void begin(void) {
            const char *text = getenv("KILL_MOMENT");
            if (text) strncpy(moment, text, sizeof moment - 1);
            at = atoi(getenv("KILL_AT") ? getenv("KILL_AT") : "0");
            /* Children live. */
            unsetenv("LD_PRELOAD");
        }

        static int is_journal(int file) {
            char link[64], name[4096] = "";
            snprintf(link, sizeof link, "/proc/self/fd/%d", file);
            if (readlink(link, name, sizeof name - 1) < 0) return 0;
            const char *end = strrchr(name, '/');
            return end && strcmp(end, "/journal.jsonl") == 0;
        }

        ssize_t write(int file, const void *bytes, size_t count) {
            ssize_t (*real)(int, const void *, size_t) = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
            if (at && is_journal(file) && ++writes == at) {
                if (strcmp(moment, "before") == 0) kill(getpid(), SIGKILL);
                if (strcmp(moment, "half") == 0) { real(file, bytes, count / 2); kill(getpid(), SIGKILL); }
            }
            return real(file, bytes, count);
        }

        int fsync(int file) {
            int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
            int result = real(file);
            if (at && is_journal(file) && ++syncs == at && strcmp(moment, "after") == 0) kill(getpid(), SIGKILL);
            return result;
        }
        """#

    static func makeLibrary(in folder: FilePath) async throws -> String {
        let source = folder.appending("killer.c")
        try source.replaceContents(with: library)
        let target = folder.appending("killer.so").string
        _ = try await Command("gcc", ["-shared", "-fPIC", "-O1", "-o", target, source.string, "-ldl"]).output()
        return target
    }

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
            let killer = ["LD_PRELOAD": try await Self.makeLibrary(in: folder), "KILL_AT": "\(line.1)", "KILL_MOMENT": moment]
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
