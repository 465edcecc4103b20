import Conda
import Files
import Foundation
import Packaging
import SystemPackage

/// One test as it is put before a container: a folder with two scripts and the test's files, and the variables it sees.
///
/// `main.sh` is the container's first process, run by the system's own `sh`; it makes a private folder and hands over to `run.sh`,
/// run by bash where there is one, which activates the environment and runs the test in it.
struct TestStep: Sendable {
    /// Where things are seen in the system that the test runs in.
    struct Places: Sendable {
        /// The folder of the step.
        var folder: FilePath
        /// The private folder, the one place to write.
        var work: FilePath
        /// Where the environment is seen that a private one is copied from.
        var shared: FilePath
        /// Where a client in the cell finds its packages.
        var packages: FilePath = "/hallmark-packages"

        static let container = Places(folder: "/hallmark", work: "/work", shared: "/hallmark-environment")
    }

    /// What `main.sh` ends with where the client in the cell did not make the environment, and where it cannot be run there at all.
    static let installationCode: Int32 = 121
    static let clientCode: Int32 = 122

    let test: PackagedTest
    let prefix: FilePath
    var places = Places.container
    /// The packages of the solution, for a client that makes the environment in the cell.
    var archives: FilePath?

    /// What keeps it from being run in this environment; nil if nothing does.
    func obstacle() -> FailureReason? {
        switch test.work {
        case .script(_, let interpreter?), .generated(_, let interpreter):
            if !hasProgram(interpreter) { return .missingInterpreter(interpreter) }
        case .file(_, let interpreter) where interpreter != "sh":
            if !hasProgram(interpreter) { return .missingInterpreter(interpreter) }
        case .pipCheck: if !hasProgram("python") { return .missingInterpreter("python") }
        default: break
        }
        if case .prefix(let folder) = test.files, !prefix.pushing(FilePath(folder)).isDirectory { return .missingFile(path: folder) }
        return nil
    }

    private func hasProgram(_ name: String) -> Bool {
        // The name is the artifact's own word, and goes into a script.
        guard name.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "._-".utf8.contains($0) }) else {
            return false
        }
        return prefix.appending("bin").appending(name).exists
    }

    /// Writes the folder on this machine. With `copyingEnvironment` the test gets an environment that it may write into, in memory.
    ///
    /// With `endMark` the step says when the test is over.
    func write(
        to folder: FilePath, testFiles: [InfoFolder.File], endMark: String? = nil, copyingEnvironment: Bool = false, client: CellClient? = nil
    ) throws(FileError) {
        try folder.createDirectory()
        try folder.appending("main.sh").replaceContents(with: main(endMark: endMark, isCopied: copyingEnvironment, client: client))
        try folder.appending("run.sh").replaceContents(with: run)
        switch test.work {
        case .script(let text, _), .generated(let text, _): try folder.appending("test").replaceContents(with: text)
        default: break
        }
        guard case .infoTest = test.files else { return }
        let files = folder.appending("files")
        try files.createDirectory()
        for file in testFiles {
            let path = files.pushing(FilePath(file.path))
            try path.removingLastComponent().createDirectory()
            try path.replaceContents(
                with: file.contents,
                permissions: file.mode & 0o111 == 0
                    ? [.ownerReadWrite, .groupRead, .otherRead] : [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
        }
    }

    /// The folder whose contents the test finds in its own.
    private var source: String? {
        switch test.files {
        case .none: nil
        case .prefix(let folder): prefix.pushing(FilePath(folder)).string
        case .infoTest: places.folder.appending("files").string
        }
    }

    /// A crash leaves its memory on the disk where the kernel is set up so, and a debugger that is there tells where it was.
    private static let backtrace = """
        if [ "$code" -gt 128 ] && [ -n "$debugger" ]; then
          for core in core core.*; do
            if [ -s "$core" ]; then
              echo "\(OutputSieve.backtraceMark)" >&2
              program=$("$debugger" -q -nx -batch -ex 'info auxv' -c "$core" 2>/dev/null | sed -n 's/.*AT_EXECFN.*"\\(.*\\)".*/\\1/p')
              "$debugger" -q -nx -batch -ex bt ${program:+"$program"} "$core" 2>/dev/null | grep '^#' | awk '!seen[$0]++' | head -n 40 >&2
              break
            fi
          done
        fi
        """

    /// What stands at the end of the last line that a step with this mark prints. A test that prints it itself deceives nobody but the schedule.
    static func end(_ mark: String) -> String { "\u{1E}\(mark)" }

    /// The line that says that the client in the cell has made the environment; what a test ends with afterwards is its own.
    static func installed(_ mark: String) -> String { "\u{1E}\(mark)+" }

    private func main(endMark: String?, isCopied: Bool, client: CellClient?) -> String {
        """
        umask 022
        work=\(Self.quoted(places.work.string))
        \(isCopied ? copying : ":")
        mkdir -p "$work/home" "$work/tmp" "$work/test"
        \(client.map { installation(with: $0, mark: endMark) } ?? ":")
        \(source.map { "cp -R \(Self.quoted($0))/. \"$work/test/\" && chmod -R u+w \"$work/test\"" } ?? ":")
        cd "$work/test" || exit 125
        PATH="$PREFIX/bin:$PATH"
        export PATH
        if [ -x "$PREFIX/bin/bash" ]; then shell=$PREFIX/bin/bash
        elif command -v bash >/dev/null 2>&1; then shell=bash
        else shell=sh
        fi
        debugger=
        for candidate in "$PREFIX/bin/gdb" /usr/bin/gdb; do
          if [ -x "$candidate" ]; then
            debugger=$candidate
            ulimit -c unlimited 2>/dev/null
            break
          fi
        done
        "$shell" \(places.folder.appending("run.sh"))
        code=$?
        \(Self.backtrace)
        \(endMark.map { "printf '\\036%s\\n' \($0)" } ?? ":")
        exit $code

        """
    }

    /// In a shell of its own, which is as that of a user who has no environment yet. What the client needs besides lies beside the environment,
    /// where it can be linked rather than copied. Its two outputs are one, so that all of it has come when the mark does.
    private func installation(with client: CellClient, mark: String?) -> String {
        """
        client=${PREFIX%/*}/client
        mkdir -p "$client"
        (
          unset CONDA_BUILD CONDA_BUILD_STATE CONDA_PREFIX CONDA_DEFAULT_ENV CONDA_SHLVL
          HOME=$client
          export HOME
          \(client.greeting(packages: places.packages.string)) || exit \(Self.clientCode)
          \(client.creation(packages: places.packages.string)) || exit \(Self.installationCode)
        ) 2>&1 || exit $?
        rm -rf "$client"
        \(mark.map { "printf '\\036%s+\\n' \($0)" } ?? ":")
        """
    }

    /// Entry by entry, because the folder itself is not the test's to change.
    private var copying: String {
        """
        for entry in \(places.shared)/* \(places.shared)/.[!.]*; do
          if [ -e "$entry" ]; then cp -a "$entry" "$PREFIX"/ || { echo 'the environment could not be copied'; exit 125; }; fi
        done
        """
    }

    /// The trace of commands, which tells what was running when time is over, goes to a descriptor of its own in bash, where it
    /// cannot get into what a test captures.
    private var run: String {
        """
        for script in "$PREFIX"/etc/conda/activate.d/*.sh; do
          if [ -e "$script" ]; then . "$script"; fi
        done
        if [ -n "${BASH_VERSION-}" ]; then
          exec 9>&2
          BASH_XTRACEFD=9
          shell=$BASH
        else
          shell=sh
        fi
        \(handover)

        """
    }

    private var handover: String {
        let text = places.folder.appending("test").string
        switch test.work {
        case .script(_, nil): return "set -ex\n. \(text)"
        case .script(_, let interpreter?), .generated(_, let interpreter):
            return "exec \"$PREFIX/bin/\(interpreter)\" \(text)"
        case .file(let name, "sh"): return "\"$shell\" -e ./\(name)"
        case .file(let name, let interpreter):
            let options = interpreter == "python" ? " -s" : ""
            return "exec \"$PREFIX/bin/\(interpreter)\"\(options) ./\(name)"
        case .pipCheck: return "exec \"$PREFIX/bin/python\" -m pip check"
        case .downstream, .notRunnable: return "exit 125"
        }
    }

    static func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'" }

    /// What the test sees of the outside: the names that conda's build tools set, and nothing of ours.
    func environment(_ subject: Subject, _ cell: Cell) -> [String: String] {
        let subdir = cell.subdir.name
        var variables = subject.variant
        variables.merge(
            [
                "CONDA_BUILD": "1", "CONDA_BUILD_STATE": "TEST", "PREFIX": prefix.string, "CONDA_PREFIX": prefix.string,
                "CONDA_DEFAULT_ENV": prefix.string, "CONDA_SHLVL": "1", "PKG_NAME": subject.name.package, "PKG_VERSION": subject.name.version,
                "PKG_BUILD_STRING": subject.name.build, "PKG_BUILDNUM": String(subject.index.buildNumber), "SUBDIR": subject.subdir.name,
                "target_platform": subdir, "build_platform": subdir, "host_platform": subdir,
                "ARCH": subdir.hasSuffix("-64") ? "64" : String(subdir.split(separator: "-").last ?? ""),
                "SRC_DIR": places.work.appending("test").string,
                "HOME": places.work.appending("home").string, "TMPDIR": places.work.appending("tmp").string, "PYTHONNOUSERSITE": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
                // A crash of Python's tells where it was.
                "PYTHONFAULTHANDLER": "1",
            ]
        ) { $1 }
        return variables.merging(test.environment) { $1 }
    }
}
