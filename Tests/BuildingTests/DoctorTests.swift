import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct DoctorTests {
    /// The status and the words of each check, by its name; the last one counts where there are several.
    private func checks(_ fixture: ToolFixture, _ words: String...) async throws -> [String: (status: String, detail: String)] {
        let result = try await Command(
            BuildFixture.shim[0], ["doctor", "--format", "json"] + words, environment: .inherited(adding: fixture.environment), timeout: .seconds(60)
        ).run()
        try #require(result.outputText.hasPrefix("["), "\(result.exit) \(result.outputText) \(result.errorText)")
        let found = try #require(try JSONValue(parsing: result.outputText).array, "\(result.errorText)")
        return Dictionary(found.map { ($0["name"]?.string ?? "", ($0["status"]?.string ?? "", $0["detail"]?.string ?? "")) }) { $1 }
    }

    private let waitingSteps = "while [ ! -e /home/conda/feedstock_root/build_artifacts/go ]; do sleep 0.1; done\n" + BuildFixture.goodSteps

    @Test func `what an earlier build took is what the next one is measured by`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: waitingSteps)
            try await fixture.hallmark("open", fixture.feedstock.string)
            let before = try await checks(fixture)
            #expect(before["time"] == nil && before["disk"]?.detail.hasSuffix("10 GiB wanted") == true)
            #expect(before["clock"]?.status == "ok" && before["label"]?.status == "ok" && before["outputs"]?.status == "warning")
            #expect(before["image"]?.detail.contains("sha256:") == true)
            let build = Task { try await fixture.hallmark("build", "--jobs", "2") }
            try await fixture.waitFor("memoryPeak", in: "resources.jsonl")
            try fixture.feedstock.appending("build_artifacts/go").replaceContents(with: "")
            #expect(try await build.value.exit == .exited(0))
            let after = try await checks(fixture)
            #expect(after["time"]?.detail.contains("linux_64_") == true)
            #expect(after["disk"]?.detail.contains("as earlier builds took") == true)
            #expect(after["memory"]?.detail.contains("as earlier builds took") == true)
            // Another workspace of the same package knows it too.
            let second = try await fixture.hallmark(
                "open", fixture.feedstock.string, adding: ["HALLMARK_WORKSPACE": folder.appending("second").string])
            #expect(second.exit == .exited(0))
            let other = try await fixture.hallmark("build", adding: ["HALLMARK_WORKSPACE": folder.appending("second").string])
            #expect(other.errorText.contains("last time") && other.errorText.contains("CPU_COUNT="), "\(other.errorText)")
        }
    }

    @Test func `as many jobs as the machine takes are given to the build, unless somebody says how many`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: BuildFixture.goodSteps)
            let seen = fixture.feedstock.appending("build_artifacts/environment-seen")
            for (name, words, variable) in [("a", [], nil), ("b", [], "5"), ("c", ["--jobs", "7"], "5")] as [(String, [String], String?)] {
                var own = fixture
                own.environment["HALLMARK_WORKSPACE"] = folder.appending(name).string
                try await own.hallmark("open", own.feedstock.string)
                #expect(try await checks(own)["memory"]?.detail.contains("CPU_COUNT=") == true)
                own.environment["CPU_COUNT"] = variable
                let built = try await Command(
                    BuildFixture.shim[0], ["build"] + words, environment: .inherited(adding: own.environment), timeout: .seconds(120)
                ).run()
                #expect(built.exit == .exited(0), "\(built.errorText)")
                let host = try #require(try own.journal().last?["details"]?["host"])
                // What is free may have changed since the doctor looked.
                let planned = words.last ?? variable ?? host["jobs"]?.string ?? ""
                #expect(try seen.text().split(separator: "\n").contains { $0 == "CPU_COUNT=\(planned)" }, "\(name)")
                #expect(host["jobs"]?.string == planned && built.errorText.contains("CPU_COUNT=\(planned)"), "\(built.errorText)")
            }
            var wrong = fixture
            wrong.environment["HALLMARK_WORKSPACE"] = folder.appending("a").string
            #expect(try await wrong.hallmark("build", adding: ["CPU_COUNT": "many"]).exit == .exited(64))
        }
    }

    @Test func `a clock that is behind the commit and a label that is main are wrong before anything is built`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: BuildFixture.goodSteps)
            _ = try await Command(
                "git",
                [
                    "-C", fixture.feedstock.string, "-c", "user.name=Ada", "-c", "user.email=a@example.org", "commit", "--quiet", "--amend",
                    "--no-edit",
                ],
                environment: .inherited(adding: ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_COMMITTER_DATE": "2040-01-01T00:00:00Z"])
            ).output()
            try await fixture.hallmark("open", fixture.feedstock.string, "--label", "main")
            let found = try await checks(fixture)
            #expect(found["clock"]?.status == "failed" && found["label"]?.status == "failed")
        }
    }

    @Test func `a journal from the future says that the clock went back`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: BuildFixture.goodSteps)
            // Opened by a machine whose clock is a day ahead.
            let source = folder.appending("ahead.c")
            try source.replaceContents(
                with: """
                    #define _GNU_SOURCE
                    #include <dlfcn.h>
                    #include <time.h>
                    int clock_gettime(clockid_t clock, struct timespec *time) {
                        int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
                        int result = real(clock, time);
                        if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec += 86400;
                        return result;
                    }
                    """)
            let library = folder.appending("ahead.so").string
            _ = try await Command("gcc", ["-shared", "-fPIC", "-O1", "-o", library, source.string, "-ldl"]).output()
            #expect(try await fixture.hallmark("open", fixture.feedstock.string, adding: ["LD_PRELOAD": library]).exit == .exited(0))
            let found = try await checks(fixture)
            #expect(found["clock"]?.status == "failed" && found["clock"]?.detail.contains("went back") == true, "\(found)")
        }
    }

    /// `targets` and `sources` are what the variant says, `version` is the recipe's.
    @Test(arguments: [
        ("conda-forge main", "conda-forge", "1.0", "ok", "uploads go to"), ("conda-forge main", "conda-forge", "1.1.1a", "ok", "uploads go to"),
        ("conda-forge main", "conda-forge,defaults", "2.0rc1", "warning", "everybody would get it"),
        ("conda-forge thing_rc", "conda-forge", "2.0rc1", "warning", "where it may be promoted to"),
        ("conda-forge thing_rc", "conda-forge", "2.0", "warning", "nobody would get it"),
        ("conda-forge rc_thing", "conda-forge", "2.0rc1", "warning", "neither `main` nor"),
        ("conda-forge other_dev", "conda-forge", "2.0.dev1", "warning", "makes no package `other`"),
        ("conda-forge main", "conda-forge/label/qt_rc,conda-forge", "1.0", "failed", "cannot be had"),
        ("conda-forge thing_rc", "conda-forge/label/qt_rc,conda-forge", "2.0rc1", "warning", "where it may be promoted to"),
        ("conda-forge main", "somebody,conda-forge", "1.0", "failed", "does not take"), ("somebody main", "somebody", "1.0", "ok", "uploads go to"),
    ])
    func `labels are held to what conda-forge allows, before anything is built`(
        targets: String, sources: String, version: String, status: String, words: String
    ) async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: "true")
            let variant = fixture.feedstock.appending(".ci_support/linux_64_.yaml")
            try variant.replaceContents(
                with: try variant.text().replacingOccurrences(of: "conda-forge main", with: targets) + "channel_sources:\n- \(sources)\n")
            let recipe = fixture.feedstock.appending("recipe/recipe.yaml")
            try recipe.replaceContents(with: try recipe.text().replacingOccurrences(of: "'1.0'", with: "'\(version)'"))
            _ = try await Command(
                "git", ["-C", fixture.feedstock.string, "-c", "user.name=Ada", "-c", "user.email=a@example.org", "commit", "--quiet", "-a", "-mx"],
                environment: .inherited(adding: ["GIT_CONFIG_GLOBAL": "/dev/null"])
            ).output()
            #expect(try await fixture.hallmark("open", fixture.feedstock.string).exit == .exited(0))
            let label = try await checks(fixture)["label"]
            #expect(label?.status == status && label?.detail.contains(words) == true, "\(String(describing: label))")
        }
    }

    @Test func `names, published files and the time are asked of servers`() async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = try await ToolFixture.make(in: folder, steps: BuildFixture.goodSteps)
            let root = folder.appending("server")
            func write(_ path: String, _ text: String) throws {
                let place = root.pushing(FilePath(path))
                try place.removingLastComponent().createDirectory()
                try place.replaceContents(with: text)
            }
            try write("registry/config.json", #"{"outputs_path":"outputs","shard_level":3,"shard_fill":"z"}"#)
            try write("registry/outputs/t/h/i/thing.json", #"{"feedstocks": ["thing"]}"#)
            try write("other.json", #"{"thing": ["something-else"]}"#)
            let digest = String(repeating: "a", count: 64)
            try write(
                "demo/label/manual/linux-64/repodata.json",
                """
                {"info":{"subdir":"linux-64"},"packages":{},"repodata_version":1,"packages.conda":{"thing-1.0-h1_0.conda":{"name":"thing","version":"1.0",\
                "build":"h1_0","build_number":0,"depends":[],"sha256":"\(digest)","size":8,"subdir":"linux-64"}}}
                """)
            let script = """
                import functools, http.server, sys
                handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
                server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
                open(sys.argv[2], "w").write(str(server.server_port))
                server.serve_forever()
                """
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do { _ = try await Command("python3", ["-c", script, root.string, folder.appending("port").string]).run() } catch ProcessError
                        .cancelled
                    {}
                }
                var port = ""
                for _ in 0..<200 where port.isEmpty {
                    port = (try? folder.appending("port").text()) ?? ""
                    try await Task.sleep(for: .milliseconds(50))
                }
                let server = "http://127.0.0.1:\(port)"
                try await fixture.hallmark("open", fixture.feedstock.string, "--server", server, "--owner", "demo")
                let good = try await checks(fixture, "--output-registry", server + "/registry/")
                #expect(good["outputs"]?.status == "ok", "\(good)")
                #expect(good["clock"]?.status == "ok" && good["clock"]?.detail.contains("server's") == true, "\(good)")
                #expect(good["target"]?.status == "warning" && good["target"]?.detail.contains("thing-1.0-h1_0.conda") == true, "\(good)")
                let taken = try await checks(fixture, "--output-registry", server + "/other.json")
                #expect(taken["outputs"]?.status == "failed" && taken["outputs"]?.detail.contains("something-else") == true)
                let none = try await checks(fixture, "--output-registry", server + "/nowhere")
                #expect(none["outputs"]?.status == "failed" && none["outputs"]?.detail.contains("no registry") == true)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
