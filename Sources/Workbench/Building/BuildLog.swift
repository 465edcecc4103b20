import Containers
import Files
import Foundation
import Synchronization

/// The log of a build in progress, shared by those who read the script and those who show it.
final class BuildLog: Sendable {
    private let writer: Mutex<BuildLogWriter>
    private let onEvent: @Sendable (BuildEvent) -> Void

    init(_ writer: consuming BuildLogWriter, onEvent: @escaping @Sendable (BuildEvent) -> Void) {
        self.writer = Mutex(writer)
        self.onEvent = onEvent
    }

    func append(_ line: BuildLogLine) {
        let (written, phase) = writer.withLock { $0.append(line) }
        if let phase { onEvent(.phase(phase)) }
        onEvent(.line(written))
    }

    func end() -> (phases: [BuildOutcome.Phase], lineCount: Int, failure: FileError?, lastLines: [String]) {
        writer.withLock { writer in
            writer.end(at: Date())
            return (writer.phases, writer.lineCount, writer.failure, writer.lastLines.all)
        }
    }

    /// Brings the last lines to the file when no more come for a while, so that who follows it sees them; until its task is cancelled.
    func flushNowAndThen() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
            writer.withLock { $0.flush() }
        }
    }
}
