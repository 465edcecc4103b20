public import Basics
import Conda
public import Cryptography
public import Files
public import Foundation
public import Ledger
public import SystemPackage

/// What others say of an artifact's envelopes, a line of JSON each: `FILE.proofs.jsonl`.
///
/// Like the envelopes it is signed by nobody as a whole. Several lines may speak of one envelope, and each is only an offer: a verification takes
/// what proves something and passes over the rest, so nobody can spoil an envelope's proof by adding another.
public struct ProofFile: Hashable, Sendable {
    /// In the file's order, each once.
    public private(set) var entries: [ProofEntry] = []
    /// Lines that say nothing, by their number from 1.
    public private(set) var unreadable: [UnreadableLine] = []

    public struct UnreadableLine: Hashable, Sendable {
        public let number: Int
        public let reason: String
    }

    public static let fileExtension = Sidecar.proofs.suffix
    static let byteLimit = Sidecar.proofs.byteLimit

    public init(_ proofs: [SHA256Digest: LogProof] = [:], timestamps: [SHA256Digest: TimestampToken] = [:]) {
        for (envelope, proof) in proofs.sorted(by: { $0.key.hexadecimal < $1.key.hexadecimal }) { set(proof, for: envelope) }
        for (envelope, timestamp) in timestamps.sorted(by: { $0.key.hexadecimal < $1.key.hexadecimal }) { set(timestamp, for: envelope) }
    }

    /// Reads every line. A line that is no proof is kept apart, and one that is there twice counts once.
    public init(parsing contents: Data) {
        var seen: Set<ProofEntry> = []
        for (index, line) in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            do throws(ProofEntry.Complaint) {
                let entry = try ProofEntry(parsing: Data(line))
                if seen.insert(entry).inserted { entries.append(entry) }
            } catch { unreadable.append(.init(number: index + 1, reason: error.text)) }
        }
    }

    /// Reads a file that is one's own: an unreadable line is thrown, for writing the file again would lose it.
    public static func read(_ path: FilePath) throws(VerificationError) -> ProofFile {
        let contents: Data
        do throws(FileError) { contents = try path.contents(limit: byteLimit) } catch { throw .file(error) }
        let file = ProofFile(parsing: contents)
        if let line = file.unreadable.first { throw .proofFileMalformed(line: line.number, line.reason) }
        return file
    }

    /// The proofs that are offered for an envelope, in the file's order.
    public func proofs(of envelope: SHA256Digest) -> [LogProof] { entries.compactMap { $0.envelope == envelope ? $0.proof : nil } }

    /// The time stamps that are offered for an envelope's signature.
    public func timestamps(of envelope: SHA256Digest) -> [TimestampToken] { entries.compactMap { $0.envelope == envelope ? $0.timestamp : nil } }

    /// The last proof of each envelope.
    public var proofs: [SHA256Digest: LogProof] {
        entries.reduce(into: [:]) { proofs, entry in if let proof = entry.proof { proofs[entry.envelope] = proof } }
    }

    /// The last time stamp of each envelope's signature.
    public var timestamps: [SHA256Digest: TimestampToken] {
        entries.reduce(into: [:]) { stamps, entry in if let stamp = entry.timestamp { stamps[entry.envelope] = stamp } }
    }

    /// Sets the proof of an envelope in the place of all that were offered.
    public mutating func set(_ proof: LogProof, for envelope: SHA256Digest) {
        let stamps = timestamps(of: envelope)
        entries.removeAll { $0.envelope == envelope }
        entries.append(.init(envelope: envelope, proof: proof, timestamp: stamps.first))
        for stamp in stamps.dropFirst() { entries.append(.init(envelope: envelope, proof: nil, timestamp: stamp)) }
    }

    /// Sets the time stamp of an envelope's signature in the place of all that were offered.
    public mutating func set(_ timestamp: TimestampToken, for envelope: SHA256Digest) {
        let proofs = proofs(of: envelope)
        entries.removeAll { $0.envelope == envelope }
        entries.append(.init(envelope: envelope, proof: proofs.first, timestamp: timestamp))
        for proof in proofs.dropFirst() { entries.append(.init(envelope: envelope, proof: proof, timestamp: nil)) }
    }

    /// Offers one more.
    public mutating func add(_ entry: ProofEntry) { if !entries.contains(entry) { entries.append(entry) } }

    /// The envelopes that something is said of.
    var envelopes: Set<SHA256Digest> { Set(entries.map(\.envelope)) }

    /// By envelope, and then in the order in which they came.
    public var contents: Data {
        let sorted = entries.enumerated().sorted { one, other in
            one.element.envelope == other.element.envelope
                ? one.offset < other.offset : one.element.envelope.hexadecimal < other.element.envelope.hexadecimal
        }
        return sorted.reduce(into: Data()) { $0 += $1.element.line + [UInt8(ascii: "\n")] }
    }

    /// Writes all lines at once; unreadable ones are not carried over.
    public func write(to path: FilePath) throws(FileError) { try path.replaceContents(with: contents) }
}
