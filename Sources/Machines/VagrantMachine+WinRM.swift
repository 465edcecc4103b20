import Files
import Foundation
import Processes
import Synchronization

extension VagrantMachine {
    /// Runs one line of `cmd` by WinRM and returns the code that it ended with, which Vagrant does not tell: `vagrant winrm` ends with 1 for all but zero.
    ///
    /// So the line says it itself, behind a mark that nobody knows beforehand. The parentheses keep an `if` in `text` from taking the rest of the line
    /// with it, and Vagrant from taking `mkdir`, `rm` and some others for PowerShell's, which it rewrites. A script is to be run by a `cmd` of its
    /// own, as one that says `exit` would end this one.
    func runByWinRM(
        _ text: String, timeout: Duration, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(MachineError) -> ProcessExit {
        let mark = "hallmark-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        // The caret makes `call` look the number up, when all before it is over.
        let line = "(\(text)) & call echo \(mark) %^ERRORLEVEL%"
        // Longer lines are cut by `cmd`.
        guard line.utf16.count < 8000, !line.contains(where: \.isNewline) else {
            throw .refused(action: "run a command in the machine", reason: "it is no single line that `cmd` takes")
        }
        let code = Mutex<Int32?>(nil)
        let last = LastWords()
        let exit = try await stream(["winrm", "--shell", "cmd", "--command", line], timeout: timeout) { line in
            var line = line
            if line.text.hasSuffix("\r") { line.text.removeLast() }
            if let place = line.text.range(of: mark) {
                code.withLock { $0 = Int32(line.text[place.upperBound...].trimmingCharacters(in: .whitespaces)) }
                line.text.removeSubrange(place.lowerBound...)
                // What ended without a line break stands before the mark.
                guard !line.text.isEmpty else { return }
            } else {
                last.append(line.text)
            }
            onLine(line)
        }
        guard let code = code.withLock({ $0 }) else {
            throw .refused(
                action: "run a command in the machine", reason: exit.isSuccess ? "it did not say how that ended" : Self.oneLine(last.text))
        }
        return .exited(code)
    }
}
