import Foundation

/// What shells and common tools say of commands and files that are not there.
enum ShellComplaint {
    /// The command that a shell did not find or could not start, and the line that says so.
    static func missingCommand(in lines: [String]) -> (command: String, line: String)? {
        for line in lines {
            for ending in [
                ": command not found", ": not found", ": cannot execute: required file not found", ": No such file or directory",
                ": Exec format error",
            ] {
                // bash: `x.sh: line 3: foo: command not found`; dash: `x.sh: 3: foo: not found`; env: `env: 'foo': No such file or directory`
                guard line.hasSuffix(ending) else { continue }
                let words = line.dropLast(ending.count).components(separatedBy: ": ")
                guard words.count > 1, let last = words.last?.trimmingCharacters(in: CharacterSet(charactersIn: "'‘’`\"")), !last.isEmpty,
                    !last.contains(" ")
                else { continue }
                return (last, line)
            }
        }
        return nil
    }

    /// The file that the last lines say is not there.
    static func missingFile(in lines: [String]) -> (path: String, line: String)? {
        for line in lines.suffix(6).reversed() {
            // Python: `FileNotFoundError: [Errno 2] No such file or directory: 'data.txt'`
            if let start = line.range(of: "No such file or directory: '"), let end = line[start.upperBound...].firstIndex(of: "'") {
                return (String(line[start.upperBound..<end]), line)
            }
            // coreutils: `cat: data.txt: No such file or directory`, `ls: cannot access 'x': No such file or directory`
            guard line.hasSuffix(": No such file or directory") else { continue }
            let words = line.dropLast(": No such file or directory".count).components(separatedBy: ": ")
            guard words.count > 1, let name = words.last?.split(separator: " ").last else { continue }
            return (name.trimmingCharacters(in: CharacterSet(charactersIn: "'‘’`\"")), line)
        }
        return nil
    }
}
