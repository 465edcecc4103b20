public import Transport

/// A step of publishing.
public enum UploadEvent: Hashable, Sendable {
    case looking
    case staged
    case sending(TransferProgress)
    case sent
    case committed
    case verified
    case waiting(Duration, reason: String)
}

/// Hears of each step; called from several threads, one at a time.
public typealias UploadObserver = @Sendable (UploadEvent) -> Void
