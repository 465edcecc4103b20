import Basics
import Conda
import Cryptography
import Files
import Foundation
import Machines
import Processes
import Synchronization
import SystemPackage

/// What a build does in its machine: the checkout goes in, the script runs, its log is followed, and the packages come out.
struct BoxWork: Sendable {
    private let build: BoxBuild
    private var machine: VagrantMachine { build.machine }
    private var isWindows: Bool { machine.shell == .winrm }
    /// A name of its own, so that a machine that is somebody's keeps what is in it.
    private let name: String

    init(of build: BoxBuild) {
        self.build = build
        name = "hallmark-" + SHA256Digest(of: build.runID).hexadecimal.prefix(16)
    }

    /// As the machine's own shell takes it, unquoted.
    private var place: String { isWindows ? "C:\\hallmark-work\\\(name)" : "/tmp/\(name)" }

    /// The variables that conda-forge's scripts read; none of the builder's own, and no token, gets in.
    private var variables: [(String, String)] {
        var values = [
            ("CONFIG", build.variant), ("UPLOAD_PACKAGES", "False"), ("IS_PR_BUILD", "True"), ("FEEDSTOCK_NAME", build.feedstockName),
            ("sha", build.commit), ("remote_url", build.remoteURL), ("flow_run_id", build.runID),
            ("CONDA_BLD_PATH", place + (isWindows ? "\\bld" : "/bld")),
        ]
        if !isWindows { values.append(("OSX_SDK_DIR", "/opt/conda-sdks")) }
        if isWindows { values += [("MINIFORGE_HOME", "C:\\Miniforge3"), ("FEEDSTOCK_ROOT", place + "\\feedstock")] }
        if let jobs = build.jobs { values.append(("CPU_COUNT", "\(jobs)")) }
        return values
    }

    /// Copies the checkout in, without what earlier builds made, and starts the script.
    func begin(in folder: FilePath) async throws(MachineError) {
        for (key, value) in variables where value.contains(where: { "\"%\n\r".contains($0) }) {
            throw .refused(action: "build in the machine", reason: "`\(key)` holds a character that no shell is given here")
        }
        let archive = folder.appending("checkout.tar")
        let main = folder.appending(mainName)
        defer { for file in [archive, main] { try? file.removeAll() } }
        do throws(FileError) { try main.replaceContents(with: isWindows ? batch : script) } catch { throw .file(error) }
        do throws(ProcessError) {
            _ = try await Command(
                "tar",
                ["-cf", archive.string, "--exclude=./build_artifacts", "-C", build.feedstock.string, ".", "-C", folder.string, mainName]
            ).output()
            // Sources that were fetched before come along.
            if build.feedstock.pushing("build_artifacts/src_cache").isDirectory {
                _ = try await Command("tar", ["-rf", archive.string, "-C", build.feedstock.string, "./build_artifacts/src_cache"]).output()
            }
        } catch { throw .process(error) }
        if isWindows {
            // Without parentheses all that follows belongs to the `if`.
            try await tell("(if exist \(place) rmdir /s /q \(place)) & mkdir \(place)\\feedstock")
            try await machine.upload(archive, to: "\(place)\\checkout.tar")
            // Windows has `tar` since version 10; what is built on has a conda, and so a Python that can do it as well.
            let (archive, target) = ("\(place)\\checkout.tar", "\(place)\\feedstock")
            try await tell(
                "if exist %SystemRoot%\\System32\\tar.exe (tar -xf \(archive) -C \(target)) else C:\\Miniforge3\\python.exe -m tarfile -e \(archive) \(target)"
            )
            try await tell("del \(archive)")
        } else {
            try await machine.upload(archive, to: "\(place).tar")
            // No child of the connection, so that it goes on without us.
            try await tell(
                """
                rm -rf \(place) && mkdir -p \(place)/feedstock && tar -xf \(place).tar -C \(place)/feedstock && rm \(place).tar && cd \(place) && touch log \
                && (nohup sh feedstock/\(mainName) </dev/null >/dev/null 2>&1 &)
                """)
        }
    }

    /// In the checkout's copy, under a name that no feedstock has.
    private var mainName: String { isWindows ? ".hallmark-main.bat" : ".hallmark-main.sh" }

    private var script: String {
        let exports = variables.map { "export \($0.0)='\($0.1.replacingOccurrences(of: "'", with: "'\\''"))'" }.joined(separator: "\n")
        return """
            cd \(place)/feedstock || exit 125
            exec >\(place)/log 2>&1
            echo $$ >\(place)/pid
            unset CI
            if [ -d "$HOME/miniforge3" ]; then export MINIFORGE_HOME="$HOME/miniforge3"; fi
            \(exports)
            bash .scripts/\(BoxBuild.script(for: build.subdir))
            echo $? >\(place)/exit.part
            mv \(place)/exit.part \(place)/exit

            """
    }

    private var batch: String {
        let settings = variables.map { "set \"\($0.0)=\($0.1)\"" }.joined(separator: "\r\n")
        // In a `cmd` of its own, as a script that says `exit` alone would end ours as well.
        return "@echo off\r\ncd /d \(place)\\feedstock || exit /b 125\r\nset CI=\r\n\(settings)\r\n"
            + "cmd /d /c .scripts\\\(BoxBuild.script(for: build.subdir))\r\nexit /b %ERRORLEVEL%\r\n"
    }

    /// Shows the log until the build is over, from its first line, and returns how it ended.
    func follow(_ log: BuildLog) async throws(MachineError) -> ProcessExit {
        let text =
            isWindows
            ? "cmd /d /c \(place)\\feedstock\\\(mainName)"
            : """
            cd \(place) || exit 125
            tail -n +1 -f log &
            tail=$!
            while [ ! -e exit ]; do
              if [ -s pid ] && ! kill -0 "$(cat pid)" 2>/dev/null && [ ! -e exit ]; then sleep 1; [ -e exit ] || echo 137 >exit; fi
              sleep 1
            done
            sleep 1
            kill $tail 2>/dev/null
            exit "$(cat exit)"
            """
        return try await machine.run(text, timeout: build.limit) { line in
            log.append(BuildLogLine(time: line.time, stream: line.stream == .output ? .output : .error, text: line.text))
        }
    }

    /// Brings every package that the build made, and compares its bytes with what the machine says of them.
    func bringProducts(to folder: FilePath) async throws(MachineError) {
        for product in try await listed() {
            let target = folder.appending(product.subdir).appending(product.fileName)
            do throws(FileError) { try target.removingLastComponent().createDirectory() } catch { throw .file(error) }
            try await machine.download(product.path, to: target)
            let digest: SHA256Digest
            do throws(FileError) { digest = try SHA256Digest(ofFile: target) } catch { throw .file(error) }
            guard digest.hexadecimal == product.sha256 else {
                throw .refused(action: "bring `\(product.path)` out of the machine", reason: "its bytes are not those that the machine holds")
            }
        }
    }

    private struct Product {
        var sha256: String
        var path: String
        var subdir: String
        var fileName: String
    }

    /// The packages below the build folder: those in a subdir, and those whose tests failed.
    private func listed() async throws(MachineError) -> [Product] {
        let text =
            isWindows
            ? "powershell -NoProfile -NonInteractive -Command \"Get-ChildItem \(place)\\bld -Recurse -Depth 1 -File -Include *.conda,*.tar.bz2 | "
                + "Get-FileHash -Algorithm SHA256 | ForEach-Object { $_.Hash + '  ' + $_.Path }\""
            : """
            cd \(place)/bld 2>/dev/null || exit 0
            if command -v sha256sum >/dev/null 2>&1; then sum=sha256sum; else sum='shasum -a 256'; fi
            for file in */*.conda */*.tar.bz2; do
              if [ -f "$file" ]; then $sum "\(place)/bld/$file"; fi
            done
            """
        let lines = Mutex<[String]>([])
        let exit = try await machine.run(text, timeout: .seconds(3600)) { line in
            if line.stream == .output { lines.withLock { $0.append(line.text) } }
        }
        guard exit.isSuccess else { throw .refused(action: "list the packages in the machine", reason: exit.description) }
        return lines.withLock { $0 }.compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].utf8.count == 64 else { return nil }
            let path = parts[1].drop { $0 == " " || $0 == "*" }
            let names = path.split { $0 == "/" || $0 == "\\" }.suffix(2).map(String.init)
            // What cannot be an artifact in a subdir is none; a name of the machine's never decides where we write.
            guard names.count == 2, names[0] == "broken" || (try? Subdir(parsing: names[0])) != nil, (try? ArtifactName(parsing: names[1])) != nil
            else { return nil }
            return Product(sha256: parts[0].lowercased(), path: String(path), subdir: names[0], fileName: names[1])
        }
    }

    private func tell(_ text: String) async throws(MachineError) {
        let last = Mutex("")
        let exit = try await machine.run(text, timeout: .seconds(1800)) { line in if !line.text.isEmpty { last.withLock { $0 = line.text } } }
        guard exit.isSuccess else {
            throw .refused(action: "prepare the build in the machine", reason: "\(exit.description): \(last.withLock { $0 })")
        }
    }
}
