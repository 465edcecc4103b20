/// How far an exchange has come, in bytes.
public struct TransferProgress: Hashable, Sendable {
    public var sent: Int64
    /// Nil while it is not known.
    public var totalToSend: Int64?
    public var received: Int64
    public var totalToReceive: Int64?

    public init(sent: Int64 = 0, totalToSend: Int64? = nil, received: Int64 = 0, totalToReceive: Int64? = nil) {
        self.sent = sent
        self.totalToSend = totalToSend
        self.received = received
        self.totalToReceive = totalToReceive
    }
}

/// Hears of progress on the thread of the exchange, at most ten times a second and once at the end; it must not wait.
public typealias ProgressObserver = @Sendable (TransferProgress) -> Void
