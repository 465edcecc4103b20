import Synchronization

/// The environments of one run: what its cells need is known before they start, so one process makes them all while tests run.
///
/// Each need is answered once in a run, whoever asks for it and how often. What nobody foresaw, as for a box whose system is known only when it has
/// started, is made when it is asked for.
final class Environments: Sendable {
    typealias Need = EnvironmentMaker.Need
    typealias Answer = Result<EnvironmentMaker.Answer, MatrixError>

    private struct State {
        /// Foreseen, and not answered yet.
        var open: Set<Need> = []
        var answers: [Need: Answer] = [:]
        var waiting: [Need: [Int: CheckedContinuation<Answer, Never>]] = [:]
        var count = 0
        /// Who asked and went away before it could wait.
        var gone: Set<Int> = []
    }

    let maker: EnvironmentMaker
    private let state = Mutex(State())

    init(maker: EnvironmentMaker) { self.maker = maker }

    /// Makes what is foreseen, in this order, beside `body`, and ends with it.
    func making<Value: Sendable>(
        _ needs: [Need], while body: @escaping @Sendable () async throws(MatrixError) -> Value
    ) async throws(MatrixError) -> Value {
        var seen: Set<Need> = []
        let needs = needs.filter { seen.insert($0).inserted }
        guard !needs.isEmpty else { return try await body() }
        state.withLock { $0.open = seen }
        return try await withTaskGroup(of: Result<Value, MatrixError>?.self) { group in
            group.addTask {
                do throws(MatrixError) {
                    try await self.maker.make(needs) { self.settle($0, $1) }
                } catch { for need in needs { self.settle(need, .failure(error)) } }
                return nil
            }
            group.addTask { do throws(MatrixError) { return .success(try await body()) } catch { return .failure(error) } }
            var outcome = Result<Value, MatrixError>.failure(.cancelled)
            for await result in group {
                guard let result else { continue }
                outcome = result
                // What nobody waits for any more need not be made.
                group.cancelAll()
            }
            return outcome
        }.get()
    }

    func answer(to need: Need) async throws(MatrixError) -> EnvironmentMaker.Answer {
        let isForeseen = state.withLock { $0.open.contains(need) || $0.answers[need] != nil }
        guard isForeseen else {
            try await maker.make([need]) { self.settle($0, $1) }
            return try await waited(for: need).get()
        }
        return try await waited(for: need).get()
    }

    private func waited(for need: Need) async -> Answer {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Answer? = state.withLock { state in
                    if let answer = state.answers[need] { return answer }
                    if state.gone.remove(number) != nil { return .failure(.cancelled) }
                    state.waiting[need, default: [:]][number] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                let continuation = state.waiting[need]?.removeValue(forKey: number)
                if continuation == nil { state.gone.insert(number) }
                return continuation
            }
            continuation?.resume(returning: .failure(.cancelled))
        }
    }

    private func settle(_ need: Need, _ answer: Answer) {
        let waiting = state.withLock { state in
            guard state.answers[need] == nil else { return [CheckedContinuation<Answer, Never>]() }
            state.open.remove(need)
            state.answers[need] = answer
            return state.waiting.removeValue(forKey: need).map { Array($0.values) } ?? []
        }
        for continuation in waiting { continuation.resume(returning: answer) }
    }
}
