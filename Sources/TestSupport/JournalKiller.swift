import Files
import Processes
public import SystemPackage

/// A library that, loaded into the tool, kills it at a line of its journal: before it, in its middle, or when it is on the disk.
public struct JournalKiller: Sendable {
    private let path: String

    /// Compiles it in `folder`.
    public static func make(in folder: FilePath) async throws -> JournalKiller {
        let source = folder.appending("killer.c")
        try source.replaceContents(with: library)
        let target = folder.appending("killer.so").string
        _ = try await Command("gcc", ["-shared", "-fPIC", "-O1", "-o", target, source.string, "-ldl"]).output()
        return JournalKiller(path: target)
    }

    /// What the tool's environment holds besides; `moment` is `before`, `half` or `after`, and lines are counted from 1 in one run of the tool.
    public func variables(line: Int, _ moment: String) -> [String: String] {
        ["LD_PRELOAD": path, "KILL_AT": "\(line)", "KILL_MOMENT": moment]
    }

    private static let library = #"""
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
}
