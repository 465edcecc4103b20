import Synchronization

/// The places in which tests are executed at a time; what else a cell takes, before and after, needs none.
///
/// Who waits gets a place in the order of the plan: an artifact with many tests is not sent to the end of the queue after each.
final class ExecutionSlots: Sendable {
    private struct Waiting {
        var number: Int
        var rank: Int
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State {
        var free: Int
        var waiting: [Waiting] = []
        var count = 0
        /// Who was cancelled before it could wait.
        var gone: Set<Int> = []
    }

    /// One place, given back once: when the test is over, or when its holder is.
    final class Slot: Sendable {
        private let isHeld = Mutex(true)
        private let slots: ExecutionSlots

        fileprivate init(_ slots: ExecutionSlots) { self.slots = slots }

        func free() {
            let wasHeld = isHeld.withLock { held in
                defer { held = false }
                return held
            }
            if wasHeld { slots.giveBack() }
        }
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: max(1, count))) }

    /// Waits for a place; nil where the task was cancelled. A lower rank comes first.
    func take(rank: Int) async -> Slot? {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let isTaken = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.gone.remove(number) != nil { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append(Waiting(number: number, rank: rank, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> Waiting? in
                guard let place = state.waiting.firstIndex(where: { $0.number == number }) else {
                    state.gone.insert(number)
                    return nil
                }
                return state.waiting.remove(at: place)
            }
            waiting?.continuation.resume(returning: false)
        }
        return isTaken ? Slot(self) : nil
    }

    /// How many wait now.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func giveBack() {
        let next = state.withLock { state -> Waiting? in
            guard let place = state.waiting.indices.min(by: { (state.waiting[$0].rank, $0) < (state.waiting[$1].rank, $1) }) else {
                state.free += 1
                return nil
            }
            return state.waiting.remove(at: place)
        }
        next?.continuation.resume(returning: true)
    }
}
