import Foundation

/// Work that blocks for long, done away from the threads that serve.
enum Blocking {
    private static let queue = DispatchQueue(label: "hallmark-channel.blocking", attributes: .concurrent)

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }
}
