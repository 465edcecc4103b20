import Transport

/// How patient we are, and how we wait.
public struct RetryPolicy: Sendable {
    /// Between the attempts of one call that may be repeated.
    public var pauses: [Duration]
    /// While the server says that the file is being uploaded: anaconda.org asks for two minutes, so these come to five.
    public var conflictPauses: [Duration]
    /// Until a server shows what it has just done.
    public var lookPauses: [Duration]
    /// Until a copy shows whose request was not answered; the copy goes on without us.
    public var copyPauses: [Duration]
    /// Replaced by tests.
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(
        pauses: [Duration] = [1, 2, 4, 8, 16].map { .seconds($0) }, conflictPauses: [Duration] = Array(repeating: .seconds(30), count: 10),
        lookPauses: [Duration] = [0.5, 1, 2, 4, 8, 15, 30].map { .seconds($0) },
        copyPauses: [Duration] = [10, 10, 16, 32, 64, 120, 240].map { .seconds($0) },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.pauses = pauses
        self.conflictPauses = conflictPauses
        self.lookPauses = lookPauses
        self.copyPauses = copyPauses
        self.sleep = sleep
    }

    func wait(_ duration: Duration) async throws(PublishingError) {
        do { try await sleep(duration) } catch { throw .transport(.cancelled) }
    }

    /// Sends until the answer is not a server's own failure, or the patience is at its end; then whatever came last.
    func repeating(
        _ isRepeatable: Bool = true, _ send: () async throws(TransportError) -> HTTPResponse
    ) async throws(PublishingError) -> HTTPResponse {
        var pauses = isRepeatable ? pauses[...] : []
        while true {
            let result: Result<HTTPResponse, TransportError>
            do throws(TransportError) { result = .success(try await send()) } catch { result = .failure(error) }
            let pause = pauses.popFirst()
            switch result {
            case .success(let response):
                guard response.isWorthRepeating, let pause else { return response }
                try await wait(pause)
            case .failure(let error):
                guard error.isTransient, let pause else { throw .transport(error) }
                try await wait(pause)
            }
        }
    }

    /// Runs `look` until it gives something, with pauses between; nil when the patience is at its end.
    func look<Value>(_ pauses: [Duration], _ look: () async throws(PublishingError) -> Value?) async throws(PublishingError) -> Value? {
        if let value = try await look() { return value }
        for pause in pauses {
            try await wait(pause)
            if let value = try await look() { return value }
        }
        return nil
    }
}
