import Foundation
import Processes
import Synchronization

/// Puts a container's two streams back into one order, by the times that the engine wrote, and hands each line over exactly once.
///
/// A log can be read again from `mark` on: lines that were handed over before are counted and dropped. It holds the lines of about a tenth of a second.
final class LogMerge: Sendable {
    private struct Pending {
        var line: OutputLine
        var time: EngineTime
        var arrived: ContinuousClock.Instant
    }

    /// How many lines of each stream, at `time` or later, were handed over.
    private struct Mark {
        var time: EngineTime
        var counts: [OutputLine.Stream: Int] = [:]
    }

    private struct State {
        var pending: [OutputLine.Stream: ArraySlice<Pending>] = [.output: [], .error: []]
        var marks: [Mark] = []
        /// What is still to be dropped of the reading that goes on.
        var toDrop: [OutputLine.Stream: Int] = [:]
        var floor: EngineTime?
        /// The stream and time of the line whose parts are arriving.
        var continued: [OutputLine.Stream: EngineTime] = [:]
    }

    private static let window = Duration.milliseconds(100)
    private static let limit = 4096
    private let state: Mutex<State>
    private let onLine: @Sendable (OutputLine) -> Void

    init(since: EngineTime?, onLine: @escaping @Sendable (OutputLine) -> Void) {
        var state = State()
        state.floor = since
        self.state = Mutex(state)
        self.onLine = onLine
    }

    /// The time to read from, as engines take it, nil for the beginning.
    func beginReading() -> String? {
        state.withLock { state in
            state.continued = [:]
            if let mark = state.marks.first {
                state.floor = mark.time
                state.toDrop = mark.counts
            }
            // A second earlier, because engines differ on whether the time itself is in; `floor` decides.
            return state.floor.map { "\(max(0, $0.nanoseconds / 1_000_000_000 - 1))" }
        }
    }

    /// Takes a line with its time in front; false for one without, which is the client's own word.
    func feed(_ line: OutputLine) -> Bool {
        state.withLock { state in
            let time: EngineTime
            var text = line.text
            if let begun = state.continued[line.stream] {
                time = begun
            } else {
                guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")), let parsed = EngineTime(text[..<space]) else { return false }
                time = parsed
                text = Self.joined(String(text[text.utf8.index(after: space)...]))
            }
            state.continued[line.stream] = line.isContinued ? time : nil
            if let floor = state.floor, time < floor { return true }
            if let count = state.toDrop[line.stream], count > 0 {
                state.toDrop[line.stream] = count - 1
                return true
            }
            let entry = Pending(
                line: OutputLine(stream: line.stream, time: time.date, text: text, isContinued: line.isContinued), time: time, arrived: .now)
            state.pending[line.stream, default: []].append(entry)
            drain(&state, all: false, now: entry.arrived)
            return true
        }
    }

    /// Docker keeps a long line in parts of 16 KiB and writes each part's time before it.
    private static func joined(_ text: String) -> String {
        guard text.utf8.count > 16_384 else { return text }
        var result = ""
        var rest = text.utf8[...]
        while rest.count > 16_384 {
            let end = rest.index(rest.startIndex, offsetBy: 16_384)
            result += String(Substring(rest[..<end]))
            rest = rest[end...]
            guard let space = rest.prefix(36).firstIndex(of: UInt8(ascii: " ")), EngineTime(Substring(rest[..<space])) != nil else { break }
            rest = rest[rest.index(after: space)...]
        }
        return result + String(Substring(rest))
    }

    /// Forgets what was not handed over yet.
    func discard() { state.withLock { $0.pending = [.output: [], .error: []] } }

    func flush(all: Bool) { state.withLock { drain(&$0, all: all, now: .now) } }

    private func drain(_ state: inout State, all: Bool, now: ContinuousClock.Instant) {
        while true {
            let output = state.pending[.output]?.first
            let error = state.pending[.error]?.first
            let next: Pending
            switch (output, error) {
            case (nil, nil): return
            case (let first?, let second?): next = second.time < first.time ? second : first
            case (let only?, nil), (nil, let only?):
                // The other stream may still bring an earlier line.
                let count = state.pending[only.line.stream]?.count ?? 0
                guard all || count > Self.limit || now - only.arrived >= Self.window else { return }
                next = only
            }
            state.pending[next.line.stream]?.removeFirst()
            count(next, &state)
            onLine(next.line)
        }
    }

    /// Two marks are kept, five seconds apart or more, so that the older one always lies well behind what is still on its way.
    private func count(_ entry: Pending, _ state: inout State) {
        if state.marks.isEmpty || entry.time.nanoseconds - (state.marks.last?.time.nanoseconds ?? 0) > 5_000_000_000 {
            if state.marks.count == 2 { state.marks.removeFirst() }
            state.marks.append(Mark(time: entry.time))
        }
        for index in state.marks.indices where state.marks[index].time <= entry.time {
            state.marks[index].counts[entry.line.stream, default: 0] += 1
        }
    }
}
