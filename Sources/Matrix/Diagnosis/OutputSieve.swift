import Foundation
import Synchronization

/// Keeps of a program's output what a diagnosis looks at: the lines that loaders and shells write when something is missing, and the last ones.
///
/// It holds a bounded number of lines, whatever it is fed.
final class OutputSieve: Sendable {
    private struct State {
        var telling: [String] = []
        var last: [String] = []
        var backtrace: [String] = []
        var isInBacktrace = false
    }

    /// What stands before the frames of a debugger, which `TestStep` asks after a crash; Python's own fault handler has its own words.
    static let backtraceMark = "--- the backtrace of the crash"
    private static let backtraceLimit = 40

    private static let tellingLimit = 40
    private static let lastLimit = 30
    private static let widthLimit = 2000
    /// What a line holds that says more than that a test failed.
    private static let words: [[CChar]] = [
        "version `", "error while loading shared libraries", "cannot open shared object file", "Error loading shared library", "Error relocating",
        "symbol lookup error", "undefined symbol", "not found", "No such file or directory", "required file not found", "Exec format error",
        "Resource temporarily unavailable", "annot fork", "can't fork", "No space left on device", "Read-only file system", "annot allocate memory",
        "MemoryError",
        "Segmentation fault", "Illegal instruction", "Aborted", "core dumped",
    ].map { text in Array(text.utf8CString) }

    private let state = Mutex(State())

    func append(_ line: String) {
        let text = line.utf8.count > Self.widthLimit ? String(line.prefix(Self.widthLimit)) + "…" : line
        let isTelling = Self.isTelling(text)
        state.withLock { state in
            if text == Self.backtraceMark || text.hasPrefix("Fatal Python error: ") || text.hasPrefix("Current thread 0x") {
                state.isInBacktrace = true
                if !text.hasPrefix("---") { state.backtrace.append(text) }
            } else if state.isInBacktrace {
                if text.hasPrefix("#") || text.hasPrefix("  File \""), state.backtrace.count < Self.backtraceLimit {
                    state.backtrace.append(text)
                    // Not the test's own words: those came before.
                    if text.hasPrefix("#") { return }
                } else if !text.isEmpty {
                    state.isInBacktrace = false
                }
            }
            if text == Self.backtraceMark { return }
            if isTelling, state.telling.count < Self.tellingLimit, !state.telling.contains(text) { state.telling.append(text) }
            if state.last.count >= 2 * Self.lastLimit { state.last.removeFirst(Self.lastLimit) }
            state.last.append(text)
        }
    }

    /// Begins anew: what was said before was not the test's.
    func forget() { state.withLock { $0 = State() } }

    /// `strstr`, as this is done for every line of what may be a gigabyte.
    private static func isTelling(_ text: String) -> Bool { text.withCString { start in words.contains { strstr(start, $0) != nil } } }

    /// Whether something wanted to write where nothing can be written.
    var hasMetReadOnly: Bool { telling.contains { $0.contains("Read-only file system") } }

    /// The frames of a crash, where something told them.
    var backtrace: [String] { state.withLock { $0.backtrace } }
    var telling: [String] { state.withLock { $0.telling } }
    var last: [String] { state.withLock { Array($0.last.suffix(Self.lastLimit)) } }
}
