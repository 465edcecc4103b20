public import Conda

/// A place that artifacts are published to.
public protocol ArtifactPublisher: Sendable {
    /// Publishes the artifact under the channel's label and looks that it is there with the same bytes.
    ///
    /// Doing it again is harmless: equal bytes that are there already are success, other bytes are an error and stay.
    func publish(_ artifact: OutgoingArtifact, to channel: Channel, observer: @escaping UploadObserver) async throws(PublishingError) -> UploadOutcome
}
