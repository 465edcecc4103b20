import Foundation
public import Processes

/// One line of a container's log in memory that is not ours: valid within the call that hands it over.
///
/// A build may write a million lines in two seconds, and a `String` for each is most of what they cost.
public struct LogBytes {
    public var stream: OutputLine.Stream
    /// Since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64
    /// Without its line break; it need not be UTF-8.
    public var text: UnsafeRawBufferPointer
    /// True for all parts but the last of a line that was longer than the limit.
    public var isContinued: Bool

    public init(stream: OutputLine.Stream, nanoseconds: Int64, text: UnsafeRawBufferPointer, isContinued: Bool = false) {
        self.stream = stream
        self.nanoseconds = nanoseconds
        self.text = text
        self.isContinued = isContinued
    }

    /// The same as a value.
    public var line: OutputLine {
        OutputLine(
            stream: stream, time: Date(timeIntervalSince1970: Double(nanoseconds) / 1e9), text: String(decoding: text, as: UTF8.self),
            isContinued: isContinued)
    }
}
