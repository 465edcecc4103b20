public import Foundation

/// One line of a build's log.
public struct BuildLogLine: Hashable, Sendable {
    public enum Stream: String, Hashable, Sendable, Codable {
        /// The script that starts the container, on either of its streams.
        case script
        /// The container's standard output.
        case output = "out"
        /// The container's standard error.
        case error = "err"
    }

    public var time: Date
    public var stream: Stream
    /// Without secrets and without a line break.
    public var text: String

    public init(time: Date, stream: Stream, text: String) {
        self.time = time
        self.stream = stream
        self.text = text
    }
}
