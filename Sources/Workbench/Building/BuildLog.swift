import Containers
import Files
import Foundation
import Processes
import Synchronization

/// The log of a build in progress, shared by those who read the script and those who show it.
final class BuildLog: Sendable {
    private let writer: Mutex<BuildLogWriter>
    private let onEvent: @Sendable (BuildEvent) -> Void
    private let showsEveryLine: Bool

    init(_ writer: consuming BuildLogWriter, showsEveryLine: Bool, onEvent: @escaping @Sendable (BuildEvent) -> Void) {
        self.writer = Mutex(writer)
        self.showsEveryLine = showsEveryLine
        self.onEvent = onEvent
    }

    func append(_ text: UnsafeRawBufferPointer, at nanoseconds: Int64, _ stream: BuildLogLine.Stream, isContinued: Bool = false) {
        let (phase, line) = writer.withLock { writer in
            let phase = writer.append(text, at: nanoseconds, stream, isContinued: isContinued)
            return (phase.map { ($0, writer.phases.dropLast().last) }, showsEveryLine ? writer.lastLine : nil)
        }
        if let (name, before) = phase { onEvent(.phase(name, began: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9), after: before)) }
        if let line { onEvent(.line(line)) }
    }

    /// A line of the container.
    func append(_ line: LogBytes) {
        append(line.text, at: line.nanoseconds, line.stream == .output ? .output : .error, isContinued: line.isContinued)
    }

    func append(_ line: BuildLogLine) {
        var text = line.text
        let nanoseconds = Int64((line.time.timeIntervalSince1970 * 1e9).rounded())
        text.withUTF8 { append(UnsafeRawBufferPointer($0), at: nanoseconds, line.stream) }
    }

    /// Shows the last line, where not every line is shown: called between the pieces of a log.
    func showLast() {
        guard !showsEveryLine, let line = writer.withLock({ $0.lastLine }) else { return }
        onEvent(.line(line))
    }

    var phaseCount: Int { writer.withLock { $0.phases.count } }

    func end() -> (phases: [BuildOutcome.Phase], lineCount: Int, failure: FileError?, lastLines: [String], idleSeconds: Double) {
        writer.withLock { writer in
            writer.end(at: Date())
            return (writer.phases, writer.lineCount, writer.failure, writer.lastLines, writer.idleSeconds)
        }
    }

    /// Brings the last lines to the file when no more come for a while, so that who follows it sees them; until its task is cancelled.
    func flushNowAndThen() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
            writer.withLock { $0.flush() }
            showLast()
        }
    }
}
