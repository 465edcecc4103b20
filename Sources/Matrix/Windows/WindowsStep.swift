import Conda
import Files
import Foundation
import Packaging
import SystemPackage

/// One test as it is put before Windows: batch files, the test's files, and the variables it sees.
///
/// `main.bat` sets the variables, makes the private folder and starts a `cmd` of its own, so that a test may say `exit`; that runs `run.bat`,
/// which activates the environment and calls the test.
struct WindowsStep: Sendable {
    let step: TestStep
    /// In the machine, for this test alone.
    let folder: String
    private var place: WindowsPlace { WindowsPlace(prefix: step.prefix) }
    private var test: PackagedTest { step.test }
    private var work: String { folder + "\\work" }

    /// A variable that the test asks for and no batch file can set.
    struct Unsettable: Error {
        var name: String
    }

    /// What keeps a test from being run in this environment; nil if nothing does.
    static func obstacle(_ step: TestStep) -> FailureReason? {
        let place = WindowsPlace(prefix: step.prefix)
        switch step.test.work {
        case .script(_, nil) where step.test.batch == nil: if place.program("bash") == nil { return .missingInterpreter("bash") }
        case .script(_, let interpreter?) where step.test.batch == nil:
            if place.program(interpreter) == nil { return .missingInterpreter(interpreter) }
        case .generated(_, let interpreter): if place.program(interpreter) == nil { return .missingInterpreter(interpreter) }
        case .file(_, let interpreter) where interpreter != "cmd":
            if place.program(interpreter) == nil { return .missingInterpreter(interpreter) }
        case .pipCheck: if place.program("python") == nil { return .missingInterpreter("python") }
        default: break
        }
        if case .prefix(let folder) = step.test.files, !step.prefix.pushing(FilePath(folder)).isDirectory { return .missingFile(path: folder) }
        return nil
    }

    func write(to local: FilePath, of subject: Subject, in cell: Cell) throws {
        try local.createDirectory()
        try local.appending("main.bat").replaceContents(with: Self.lines(try main(subject, cell)))
        try local.appending("run.bat").replaceContents(with: Self.lines(run))
        switch test.work {
        case .script(let text, _):
            try local.appending(testName).replaceContents(with: test.batch.map { Self.lines($0.split(separator: "\n").map(String.init)) } ?? text)
        case .generated(let text, _): try local.appending(testName).replaceContents(with: text)
        default: break
        }
        guard case .infoTest = test.files else { return }
        for file in subject.testFiles {
            let path = local.appending("files").pushing(FilePath(file.path))
            try path.removingLastComponent().createDirectory()
            try path.replaceContents(with: file.contents)
        }
    }

    private static func lines(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() }

    private var testName: String { test.batch == nil ? "test" : "test.bat" }

    private func main(_ subject: Subject, _ cell: Cell) throws(Unsettable) -> [String] {
        var lines = ["@echo off", "chcp 65001 >nul"]
        let asked = Set(test.environment.keys)
        for (key, value) in variables(subject, cell).sorted(by: { $0.key < $1.key }) {
            guard !(key + value).contains(where: { $0 == "\"" || $0.isNewline }), !key.contains("=") else {
                // The variant's values are there for those who look; what the test itself asks for it must have.
                if asked.contains(key) { throw Unsettable(name: key) }
                continue
            }
            lines.append("set \"\(key.replacingOccurrences(of: "%", with: "%%"))=\(value.replacingOccurrences(of: "%", with: "%%"))\"")
        }
        let folders = place.folders.map { $0.isEmpty ? place.path : place.path + "\\" + $0.replacingOccurrences(of: "/", with: "\\") }
        let own = ["%SystemRoot%\\system32", "%SystemRoot%", "%SystemRoot%\\System32\\Wbem", "%SystemRoot%\\System32\\WindowsPowerShell\\v1.0"]
        lines.append("set \"PATH=\((folders + own).joined(separator: ";"))\"")
        lines += ["home", "tmp", "test"].map { "mkdir \(work)\\\($0)" }
        if let source {
            lines += ["xcopy /e /i /q /h /y \"\(source)\" \"\(work)\\test\" >nul", "if errorlevel 1 exit /b \(Self.notBegun)"]
        }
        return lines + ["cd /d \(work)\\test", "cmd /d /c \(folder)\\run.bat", "exit /b %ERRORLEVEL%"]
    }

    /// What `main.bat` ends with where the test could not be begun.
    static let notBegun: Int32 = 125

    /// The folder whose contents the test finds in its own.
    private var source: String? {
        switch test.files {
        case .none: nil
        case .prefix(let folder): place.path + "\\" + folder.replacingOccurrences(of: "/", with: "\\")
        case .infoTest: folder + "\\files"
        }
    }

    /// The prompt makes the trace of commands look as that of `sh`; it tells what was running when time is over.
    private var run: [String] {
        [
            "@echo off", "for %%s in (%PREFIX%\\etc\\conda\\activate.d\\*.bat) do call \"%%s\"", "set \"PROMPT=+$S\"",
            // What activation left there is nobody's failure.
            "cmd /d /c exit 0", "@echo on", handover,
        ]
    }

    /// The last line, which a batch file is not called by, but goes over to: so its code is ours.
    private var handover: String {
        let text = folder + "\\" + testName
        switch test.work {
        case .script where test.batch != nil: return "@\(text)"
        case .script(_, nil): return "\(program("bash")) -ex \(text.replacingOccurrences(of: "\\", with: "/"))"
        case .script(_, let interpreter?), .generated(_, let interpreter): return "\(program(interpreter)) \(text)"
        case .file(let name, "cmd"): return "@.\\\(name)"
        case .file(let name, let interpreter): return "\(program(interpreter))\(interpreter == "python" ? " -s" : "") .\\\(name)"
        case .pipCheck: return "\(program("python")) -m pip check"
        case .downstream, .notRunnable: return "@exit /b \(Self.notBegun)"
        }
    }

    private func program(_ name: String) -> String {
        let path = place.path + "\\" + (place.program(name) ?? name).replacingOccurrences(of: "/", with: "\\")
        return path.lowercased().hasSuffix(".exe") ? path : "call \(path)"
    }

    /// As conda's build tools set them on Windows, and nothing of ours.
    private func variables(_ subject: Subject, _ cell: Cell) -> [String: String] {
        var variables = step.environment(subject, cell)
        for name in ["PREFIX", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"] { variables[name] = place.path }
        let library = place.path + "\\Library"
        variables.merge(
            [
                "LIBRARY_PREFIX": library, "LIBRARY_BIN": library + "\\bin", "LIBRARY_INC": library + "\\include", "LIBRARY_LIB": library + "\\lib",
                "SCRIPTS": place.path + "\\Scripts", "SRC_DIR": work + "\\test", "HOME": work + "\\home", "USERPROFILE": work + "\\home",
                "TEMP": work + "\\tmp", "TMP": work + "\\tmp", "TMPDIR": work + "\\tmp",
            ]
        ) { $1 }
        return variables.merging(test.environment) { $1 }
    }
}
