public import Foundation
import Synchronization

/// The two streams that a person or a pipe reads: data on standard output, everything else on standard error.
///
/// One line at a time, whole lines only; a progress line is wiped before anything else is written.
public final class Terminal: Sendable {
    /// Whether the stream is a terminal that takes escape sequences.
    public let outputIsTerminal: Bool
    public let errorIsTerminal: Bool
    public let usesColour: Bool
    /// Columns of the terminal on standard error; 100 where there is none.
    public let width: Int
    private let progress = Mutex<String?>(nil)

    /// `environment` is passed in, so that `NO_COLOR` and `TERM` are read in one place.
    public init(environment: [String: String]) {
        let dumb = environment["TERM"] == "dumb" || environment["TERM"] == nil
        outputIsTerminal = isatty(STDOUT_FILENO) == 1
        errorIsTerminal = isatty(STDERR_FILENO) == 1 && !dumb
        usesColour = errorIsTerminal && environment["NO_COLOR", default: ""].isEmpty
        var size = winsize()
        width = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 100
    }

    /// Writes a line of data to standard output.
    public func output(_ line: String) { write(line, to: STDOUT_FILENO) }

    /// Writes bytes of data to standard output as they are.
    public func output(_ data: Data) {
        progress.withLock { shown in
            wipe(&shown)
            Self.write([UInt8](data), to: STDOUT_FILENO)
        }
    }

    /// Writes a line for a person to standard error.
    public func note(_ line: String) { write(line, to: STDERR_FILENO) }

    /// Shows `line` as what is going on now: in place on a terminal, not at all elsewhere.
    public func showProgress(_ line: String) {
        guard errorIsTerminal else { return }
        progress.withLock { shown in
            let text = line.truncated(toColumns: width - 1)
            Self.write(Array("\r\u{1B}[2K\(text)".utf8), to: STDERR_FILENO)
            shown = text
        }
    }

    /// Takes the progress line away.
    public func clearProgress() { progress.withLock { wipe(&$0) } }

    private func write(_ line: String, to descriptor: CInt) {
        progress.withLock { shown in
            wipe(&shown)
            Self.write(Array((line + "\n").utf8), to: descriptor)
        }
    }

    private func wipe(_ shown: inout String?) {
        guard shown != nil else { return }
        Self.write(Array("\r\u{1B}[2K".utf8), to: STDERR_FILENO)
        shown = nil
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
                if count < 0 {
                    if errno == EINTR { continue }
                    return
                }
                done += count
            }
        }
    }
}
