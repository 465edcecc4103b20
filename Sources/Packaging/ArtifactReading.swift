import Foundation
public import SystemPackage

/// Reads artifacts on threads of their own, behind `async`: it is blocking work, which must not hold up what else the program does.
public enum ArtifactReading {
    /// Calls `body` for every path, at most `limit` at a time, and gives the results in the order of the paths.
    ///
    /// When the task is cancelled, the flag that `body` was given is set; the call comes back when every `body` has.
    ///
    /// - Parameter limit: as many as the machine has cores if nil.
    public static func map<Value: Sendable>(
        _ paths: [FilePath], limit: Int? = nil, _ body: @escaping @Sendable (FilePath, StopFlag) -> Value
    ) async -> [Value] {
        let stop = StopFlag()
        let limit = max(1, limit ?? ProcessInfo.processInfo.activeProcessorCount)
        return await withTaskCancellationHandler {
            await withTaskGroup(of: (Int, Value).self) { group in
                func begin(_ place: Int) {
                    guard place < paths.count else { return }
                    group.addTask { (place, await onThread { body(paths[place], stop) }) }
                }
                for place in 0..<limit { begin(place) }
                var values: [Int: Value] = [:]
                var next = limit
                for await (place, value) in group {
                    values[place] = value
                    begin(next)
                    next += 1
                }
                return paths.indices.compactMap { values[$0] }
            }
        } onCancel: {
            stop.stop()
        }
    }

    private static func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }
}
