import Basics
import Conda
public import Files
public import Foundation
public import SystemPackage

/// All envelopes of an artifact, one a line: an in-toto bundle, `FILE.intoto.jsonl`.
///
/// The file as a whole is signed by nobody: lines may have been added, removed or moved, so their order means nothing.
public struct EnvelopeFile: Hashable, Sendable {
    public private(set) var envelopes: [Envelope]
    /// Lines that are no envelopes, by their number from 1.
    public let unreadable: [UnreadableLine]

    public struct UnreadableLine: Hashable, Sendable {
        public let number: Int
        public let error: ProvenanceError
    }

    public static let fileExtension = Sidecar.envelopes.suffix
    /// The most that is read of such a file.
    public static let byteLimit = 16 << 20

    public init(_ envelopes: [Envelope] = []) {
        self.envelopes = []
        unreadable = []
        for envelope in envelopes { append(envelope) }
    }

    /// Reads every line; empty ones are passed over, a repeated one counts once.
    public init(parsing contents: Data) {
        var envelopes: [Envelope] = []
        var digests: Set<SHA256Digest> = []
        var unreadable: [UnreadableLine] = []
        for (index, line) in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            do throws(ProvenanceError) {
                let envelope = try Envelope(parsing: Data(line))
                if digests.insert(envelope.digest).inserted { envelopes.append(envelope) }
            } catch { unreadable.append(.init(number: index + 1, error: error)) }
        }
        self.envelopes = envelopes
        self.unreadable = unreadable
    }

    public static func read(_ path: FilePath) throws(FileError) -> EnvelopeFile { EnvelopeFile(parsing: try path.contents(limit: byteLimit)) }

    /// Adds an envelope that is not there yet.
    public mutating func append(_ envelope: Envelope) {
        if !envelopes.contains(where: { $0.digest == envelope.digest }) { envelopes.append(envelope) }
    }

    public var contents: Data { envelopes.reduce(into: Data()) { $0 += $1.line + [UInt8(ascii: "\n")] } }

    /// Writes all lines at once; unreadable lines are not carried over.
    public func write(to path: FilePath) throws(FileError) { try path.replaceContents(with: contents) }
}
