import Containers
import Foundation
import Processes
import Synchronization

/// What the script prints: its own lines, and between them those of the container, which the shim has framed.
final class ScriptOutput: Sendable {
    private let splitter = Mutex(LineSplitter(limit: 2 << 20))
    private let frame: ShimFrame
    private let log: BuildLog
    private let onContainer: @Sendable () -> Void
    private let hasContainer = Flag()

    /// `onContainer` is called at the container's first line.
    init(frame: ShimFrame, log: BuildLog, onContainer: @escaping @Sendable () -> Void) {
        self.frame = frame
        self.log = log
        self.onContainer = onContainer
    }

    func feed(_ piece: UnsafeRawBufferPointer, at time: Date) {
        let nanoseconds = Self.nanoseconds(time)
        splitter.withLock { $0.cut(piece) { line, isContinued in take(line, isContinued, nanoseconds) } }
    }

    /// The last line, if it had no line break.
    func end() {
        let nanoseconds = Self.nanoseconds(Date())
        splitter.withLock { $0.end { line, isContinued in take(line, isContinued, nanoseconds) } }
    }

    private func take(_ line: UnsafeRawBufferPointer, _ isContinued: Bool, _ nanoseconds: Int64) {
        guard let inner = frame.read(line) else { return log.append(line, at: nanoseconds, .script, isContinued: isContinued) }
        if !hasContainer.isRaised {
            hasContainer.raise()
            onContainer()
        }
        log.append(inner)
    }

    private static func nanoseconds(_ time: Date) -> Int64 { Int64((time.timeIntervalSince1970 * 1e9).rounded()) }
}
