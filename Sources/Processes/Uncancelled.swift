/// Runs `body` to its end even if our task was cancelled: for taking away what would stay behind.
///
/// The one task that is not a child of its caller; it is still waited for, so it cannot outlive the call.
public func uncancelled<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result = await Task { () async -> Result<Value, Failure> in
        do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
    }.value
    return try result.get()
}
