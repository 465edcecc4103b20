public import Basics
public import Cryptography
public import Files
public import Foundation
import JSONReading
public import Ledger
import Provenance
public import SystemPackage

/// What others say of an artifact's envelopes, one envelope a line of JSON: `FILE.proofs.jsonl`.
///
/// `{"envelope": sha256 of the envelope's bytes, "proof": the text of a .tlog-proof, "timestamp": base64 of an RFC 3161 response}`, of the
/// last two at least one, so that `jq -j .proof` gives stock files.
public struct ProofFile: Hashable, Sendable {
    public private(set) var proofs: [SHA256Digest: LogProof]
    /// Time stamps over the raw bytes of the envelopes' signatures.
    public private(set) var timestamps: [SHA256Digest: TimestampToken]

    public static let fileExtension = ".proofs.jsonl"
    static let byteLimit = 16 << 20

    public init(_ proofs: [SHA256Digest: LogProof] = [:], timestamps: [SHA256Digest: TimestampToken] = [:]) {
        self.proofs = proofs
        self.timestamps = timestamps
    }

    /// Reads every line; a line that is no proof, or an envelope that has two, refuses the file.
    public init(parsing contents: Data) throws(VerificationError) {
        self.init()
        var seen: Set<SHA256Digest> = []
        for (index, line) in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            do {
                var reader = try JSONObjectReader(try JSONValue(parsing: line, limits: .init(bytes: 1 << 20, depth: 2)), path: "")
                let name = try reader.string("envelope")
                guard let envelope = SHA256Digest(parsing: name), envelope.hexadecimal == name else {
                    throw JSONObjectReader.Complaint("`envelope` is not a digest")
                }
                let proof = try reader.optionalString("proof")
                let timestamp = try reader.optionalString("timestamp")
                try reader.finish()
                guard proof != nil || timestamp != nil else { throw JSONObjectReader.Complaint("it holds neither a proof nor a time stamp") }
                guard seen.insert(envelope).inserted else { throw JSONObjectReader.Complaint("an envelope has two lines") }
                if let proof { proofs[envelope] = try LogProof(parsing: proof) }
                if let timestamp {
                    guard let der = Base64.decodeCanonical(timestamp) else { throw JSONObjectReader.Complaint("`timestamp` is not base64") }
                    timestamps[envelope] = TimestampToken(der: der)
                }
            } catch let error as JSONObjectReader.Complaint {
                throw .proofFileMalformed(line: index + 1, error.text)
            } catch { throw .proofFileMalformed(line: index + 1, (error as? any Explained)?.message ?? "\(error)") }
        }
    }

    public static func read(_ path: FilePath) throws(VerificationError) -> ProofFile {
        let contents: Data
        do throws(FileError) { contents = try path.contents(limit: byteLimit) } catch { throw .file(error) }
        return try ProofFile(parsing: contents)
    }

    /// Sets the proof of an envelope; a newer one takes the place of an older.
    public mutating func set(_ proof: LogProof, for envelope: SHA256Digest) { proofs[envelope] = proof }

    /// Sets the time stamp of an envelope's signature.
    public mutating func set(_ timestamp: TimestampToken, for envelope: SHA256Digest) { timestamps[envelope] = timestamp }

    /// The envelopes that something is said of.
    var envelopes: Set<SHA256Digest> { Set(proofs.keys).union(timestamps.keys) }

    public var contents: Data {
        envelopes.sorted { $0.hexadecimal < $1.hexadecimal }.reduce(into: Data()) { data, envelope in
            var members: [JSONValue.Member] = [.init("envelope", .string(envelope.hexadecimal))]
            if let proof = proofs[envelope] { members.append(.init("proof", .string(proof.text))) }
            if let timestamp = timestamps[envelope] { members.append(.init("timestamp", .string(Base64.encode(timestamp.der)))) }
            data += JSONValue.object(members).serialized() + [UInt8(ascii: "\n")]
        }
    }

    public func write(to path: FilePath) throws(FileError) { try path.replaceContents(with: contents) }
}
