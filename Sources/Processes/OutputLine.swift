public import Foundation

/// One line of a program's output.
public struct OutputLine: Sendable, Hashable {
    public enum Stream: String, Sendable, Hashable, Codable {
        case output = "out"
        case error = "err"
    }

    public var stream: Stream
    /// When it reached us.
    public var time: Date
    /// Without its line break; bytes that are not UTF-8 became U+FFFD.
    public var text: String
    /// True for all parts but the last of a line that was longer than the limit.
    public var isContinued: Bool

    public init(stream: Stream, time: Date, text: String, isContinued: Bool = false) {
        self.stream = stream
        self.time = time
        self.text = text
        self.isContinued = isContinued
    }
}
