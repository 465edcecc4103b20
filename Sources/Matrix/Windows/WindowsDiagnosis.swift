import Foundation
import SystemPackage

/// Why a test failed on Windows, told from its exit code, the trace of its script and the environment that it ran in.
struct WindowsDiagnosis: Sendable {
    let search: LibrarySearch

    /// Nil where nothing but the test itself can say.
    func failure(code: Int32, last: [String]) -> (FailureReason, line: String?)? {
        // Python's own words, which name the module and not the library.
        if let line = last.last(where: { $0.contains("DLL load failed while importing ") }),
            let module = line.range(of: "DLL load failed while importing ").map({ line[$0.upperBound...].prefix { $0 != ":" && $0 != "." } }),
            let file = self.module(String(module)), let missing = search.missing(for: file)
        {
            return (.missingLibrary(library: missing.library, neededBy: missing.neededBy), line)
        }
        let trace = last.filter(Diagnosis.isTrace).map { String($0.drop { $0 == "+" || $0 == " " }) }
        let telling = WindowsStatus.telling(code, trace: trace)
        let command = Self.command(in: trace)
        if telling == WindowsStatus.commandMissing, let command {
            return (.missingTool(command.replacingOccurrences(of: "\"", with: "")), last.last { $0.contains("'\(command)'") })
        }
        guard let reason = WindowsStatus.reason(of: telling) else { return nil }
        if UInt32(bitPattern: telling) == WindowsStatus.libraryMissing, let command, let program = program(command),
            let missing = search.missing(for: program)
        {
            return (.missingLibrary(library: missing.library, neededBy: missing.neededBy), nil)
        }
        return (reason, nil)
    }

    /// The first word of the last command that was no question of the script's own.
    static func command(in trace: [String]) -> String? {
        guard let line = running(in: trace) else { return nil }
        if line.hasPrefix("\"") { return line.dropFirst().split(separator: "\"").first.map(String.init) }
        let words = line.split(separator: " ")
        let word = words.first?.lowercased() == "call" ? words.dropFirst().first : words.first
        return word.map { $0.replacingOccurrences(of: "\"", with: "") }
    }

    /// The last command of a trace.
    static func running(in trace: [String]) -> String? {
        trace.last { line in !["if ", "exit /b", "rem "].contains { line.lowercased().hasPrefix($0) } }
    }

    private func program(_ command: String) -> String? {
        let path = command.replacingOccurrences(of: "\\", with: "/")
        let prefix = search.place.path.replacingOccurrences(of: "\\", with: "/") + "/"
        guard path.contains("/") else { return search.place.program(path) }
        guard path.lowercased().hasPrefix(prefix.lowercased()) else { return nil }
        let parts = path.dropFirst(prefix.count).split(separator: "/")
        guard let name = parts.last else { return nil }
        let folder = parts.dropLast().joined(separator: "/")
        return search.place.file(String(name), in: folder) ?? search.place.file(name + ".exe", in: folder)
    }

    /// The file of a Python module, below the folders of the environment that hold them.
    private func module(_ name: String) -> String? {
        guard !name.isEmpty, let files = FileManager.default.enumerator(atPath: search.place.prefix.string) else { return nil }
        for case let path as String in files where path.hasSuffix(".pyd") {
            if path.split(separator: "/").last?.split(separator: ".").first.map(String.init) == name { return path }
        }
        return nil
    }
}
