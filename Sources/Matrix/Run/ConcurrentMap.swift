extension Array where Element: Sendable {
    /// Runs `body` for every element, at most `limit` at a time, and returns the results in the elements' order.
    ///
    /// The first error cancels what still runs and is thrown once that has ended.
    func concurrentMap<Value: Sendable>(
        limit: Int, _ body: @escaping @Sendable (Element) async throws(MatrixError) -> Value
    ) async throws(MatrixError) -> [Value] {
        let outcome: Result<[Value], MatrixError> = await withTaskGroup(of: (Int, Result<Value, MatrixError>).self) { group in
            var next = 0
            func add() {
                guard next < count else { return }
                let (place, element) = (next, self[next])
                next += 1
                group.addTask {
                    do throws(MatrixError) { return (place, .success(try await body(element))) } catch { return (place, .failure(error)) }
                }
            }
            for _ in 0..<Swift.max(1, limit) { add() }
            var values: [Int: Value] = [:]
            var failure: MatrixError?
            for await (place, result) in group {
                switch result {
                case .success(let value):
                    values[place] = value
                    if failure == nil { add() }
                case .failure(let error):
                    failure = failure ?? error
                    group.cancelAll()
                }
            }
            if let failure { return .failure(failure) }
            return .success((0..<count).compactMap { values[$0] })
        }
        return try outcome.get()
    }
}
