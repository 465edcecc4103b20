import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport

private let removedAtExit = Mutex<String?>(nil)

/// Artifacts that the ecosystem's own packer made, once for all tests: `foo` 0.1 and 0.2 in both formats, `bar` 0.2, and
/// `nop`, which is noarch.
actor TestArtifacts {
    static let shared = TestArtifacts()
    private var folder: Task<FilePath, any Error>?

    static func path(_ fileName: String) async throws -> FilePath { try await shared.made().appending(fileName) }
    static var python: FilePath { Repository.root.appending(".tools/venv/bin/python") }

    private func made() async throws -> FilePath {
        if let folder { return try await folder.value }
        let task = Task {
            var template = Array("\(FileManager.default.temporaryDirectory.path)/hallmark-artifacts-XXXXXX".utf8CString)
            guard mkdtemp(&template) != nil else { throw POSIXError(.EIO) }
            let path = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
            removedAtExit.withLock { $0 = path.string }
            atexit { removedAtExit.withLock { if let path = $0 { try? FileManager.default.removeItem(atPath: path) } } }
            _ = try await Command(.path(Self.python), ["-c", Self.script, path.string], timeout: .seconds(60)).output()
            return path
        }
        folder = task
        return try await task.value
    }

    private static let script = """
        import hashlib, json, os, sys, tempfile
        import conda_package_handling.api as api
        out = sys.argv[1]
        def make(name, version, build, subdir, extension, depends=()):
            with tempfile.TemporaryDirectory() as d:
                os.makedirs(d + "/info"); os.makedirs(d + "/bin")
                program = d + "/bin/" + name
                with open(program, "w") as f: f.write("#!/bin/sh\\necho hello from %s %s\\n" % (name, version))
                os.chmod(program, 0o755)
                index = {"name": name, "version": version, "build": build, "build_number": 0, "subdir": subdir, "depends": list(depends),
                         "license": "MIT", "timestamp": 1700000000000}
                if subdir == "noarch": index["noarch"] = "generic"
                else: index.update(arch="x86_64", platform="linux")
                data = open(program, "rb").read()
                paths = {"paths_version": 1, "paths": [{"_path": "bin/" + name, "path_type": "hardlink",
                         "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}]}
                for file, value in {"index.json": index, "paths.json": paths, "about.json": {"summary": "for tests", "license": "MIT"}}.items():
                    json.dump(value, open(d + "/info/" + file, "w"))
                os.makedirs(d + "/info/recipe"); open(d + "/info/recipe/recipe.yaml", "w").write("package:\\n  name: " + name + "\\n")
                open(d + "/info/files", "w").write("bin/" + name + "\\n")
                files = [os.path.relpath(os.path.join(r, f), d) for r, _, fs in os.walk(d) for f in fs]
                api.create(d, files, "%s-%s-%s%s" % (name, version, build, extension), out)
        for version in ("0.1", "0.2"):
            for extension in (".conda", ".tar.bz2"): make("foo", version, "h1_0", "linux-64", extension)
        make("bar", "0.2", "h1_0", "linux-64", ".conda", ["foo >=0.1", "nop"])
        make("nop", "1", "0", "noarch", ".conda")
        """
}
