public import Conda
public import Transport

/// A place that artifacts are published to.
public protocol ArtifactPublisher: Sendable {
    /// Publishes the artifact under the channel's label and looks that it is there with the same bytes.
    ///
    /// Doing it again is harmless: equal bytes that are there already are success, other bytes are an error and stay.
    func publish(_ artifact: OutgoingArtifact, to channel: Channel, observer: @escaping UploadObserver) async throws(PublishingError) -> UploadOutcome
}

/// How publishing ended.
public struct UploadOutcome: Hashable, Sendable {
    /// The file as the server shows it afterwards.
    public let file: PublishedFile
    /// True when no byte had to be sent.
    public let wasThere: Bool

    public init(file: PublishedFile, wasThere: Bool) {
        self.file = file
        self.wasThere = wasThere
    }
}

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
