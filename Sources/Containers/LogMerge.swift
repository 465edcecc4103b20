import Processes
import Synchronization

/// Puts a container's two streams, as an engine's client prints them, back into one order by the times that the engine wrote, and hands each line over
/// exactly once.
///
/// A log can be read again from a mark on: lines that were handed over before are counted and dropped. It holds the lines of about a tenth of a second.
final class LogMerge: Sendable {
    /// How many lines of each stream, at `nanoseconds` or later, were handed over.
    private struct Mark {
        var nanoseconds: Int64
        var output = 0
        var error = 0
    }

    private struct State {
        var output = LogLane()
        var error = LogLane()
        var marks: [Mark] = []
        var floor: Int64?
    }

    private static let window = Duration.milliseconds(100)
    private let state: Mutex<State>
    private let onLine: @Sendable (LogBytes) -> Void

    init(since: EngineTime?, onLine: @escaping @Sendable (LogBytes) -> Void) {
        var state = State()
        state.floor = since?.nanoseconds
        self.state = Mutex(state)
        self.onLine = onLine
    }

    /// The time to read from, as engines take it, nil for the beginning.
    func beginReading() -> String? {
        state.withLock { state in
            (state.output, state.error) = (LogLane(), LogLane())
            if let mark = state.marks.first {
                state.floor = mark.nanoseconds
                (state.output.toDrop, state.error.toDrop) = (mark.output, mark.error)
            }
            // A second earlier, because engines differ on whether the time itself is in; `floor` decides.
            return state.floor.map { "\(max(0, $0 / 1_000_000_000 - 1))" }
        }
    }

    /// Takes what the client said on one of its streams; `onWords` gets lines without a time in front, which are the client's own.
    func feed(_ piece: UnsafeRawBufferPointer, _ stream: OutputLine.Stream, onWords: (String) -> Void) {
        state.withLock { state in
            let now = ContinuousClock.Instant.now
            switch stream {
            case .output: state.output.feed(piece, floor: state.floor, arrived: now, onWords: onWords)
            case .error: state.error.feed(piece, floor: state.floor, arrived: now, onWords: onWords)
            }
            drain(&state, all: false, now: now)
        }
    }

    /// The reading is over: hands over all that is left, the beginnings of lines that never ended included.
    func end(onWords: (String) -> Void) {
        state.withLock { state in
            let now = ContinuousClock.Instant.now
            state.output.end(floor: state.floor, arrived: now, onWords: onWords)
            state.error.end(floor: state.floor, arrived: now, onWords: onWords)
            drain(&state, all: true, now: now)
        }
    }

    /// Hands over what has waited long enough for the other stream.
    func flush() { state.withLock { drain(&$0, all: false, now: .now) } }

    private func drain(_ state: inout State, all: Bool, now: ContinuousClock.Instant) {
        while true {
            let stream: OutputLine.Stream
            switch (state.output.first, state.error.first) {
            case (nil, nil): return
            case (let first?, let second?): stream = second.nanoseconds < first.nanoseconds ? .error : .output
            // The other stream may still bring an earlier line.
            case (let only?, nil):
                guard all || state.output.isFull || now - only.arrived >= Self.window else { return }
                stream = .output
            case (nil, let only?):
                guard all || state.error.isFull || now - only.arrived >= Self.window else { return }
                stream = .error
            }
            let nanoseconds = stream == .output ? state.output.take(as: stream, onLine) : state.error.take(as: stream, onLine)
            count(nanoseconds, stream, &state.marks)
        }
    }

    /// Two marks are kept, five seconds apart or more, so that the older one always lies well behind what is still on its way.
    private func count(_ nanoseconds: Int64, _ stream: OutputLine.Stream, _ marks: inout [Mark]) {
        if marks.isEmpty || nanoseconds - marks[marks.count - 1].nanoseconds > 5_000_000_000 {
            if marks.count == 2 { marks.removeFirst() }
            marks.append(Mark(nanoseconds: nanoseconds))
        }
        for index in marks.indices where marks[index].nanoseconds <= nanoseconds {
            if stream == .output { marks[index].output += 1 } else { marks[index].error += 1 }
        }
    }
}
