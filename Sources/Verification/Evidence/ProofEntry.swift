public import Basics
public import Cryptography
public import Foundation
import JSONReading
public import Ledger
import Provenance

/// One line of `FILE.proofs.jsonl`: what somebody offers as proof of when and where an envelope was signed and logged.
///
/// `{"envelope": sha256 of the envelope's bytes, "proof": the text of a .tlog-proof, "timestamp": base64 of an RFC 3161 response}`, of the
/// last two at least one, so that `jq -j .proof` gives stock files.
public struct ProofEntry: Hashable, Sendable {
    public let envelope: SHA256Digest
    public let proof: LogProof?
    /// Over the raw bytes of the envelope's signature.
    public let timestamp: TimestampToken?

    /// Why a line is not such an entry.
    public struct Complaint: Error, Hashable {
        public let text: String
    }

    static let byteLimit = 1 << 20

    init(envelope: SHA256Digest, proof: LogProof?, timestamp: TimestampToken?) {
        self.envelope = envelope
        self.proof = proof
        self.timestamp = timestamp
    }

    /// Reads a line without its end, strictly.
    public init(parsing line: Data) throws(Complaint) {
        do {
            var reader = try JSONObjectReader(try JSONValue(parsing: line, limits: .init(bytes: Self.byteLimit, depth: 2)), path: "")
            let name = try reader.string("envelope")
            guard let envelope = SHA256Digest(parsing: name), envelope.hexadecimal == name else {
                throw JSONObjectReader.Complaint("`envelope` is not a digest")
            }
            let proof = try reader.optionalString("proof")
            let timestamp = try reader.optionalString("timestamp")
            try reader.finish()
            guard proof != nil || timestamp != nil else { throw JSONObjectReader.Complaint("it holds neither a proof nor a time stamp") }
            self.envelope = envelope
            self.proof = try proof.map { try LogProof(parsing: $0) }
            self.timestamp = try timestamp.map { text in
                guard let der = Base64.decodeCanonical(text) else { throw JSONObjectReader.Complaint("`timestamp` is not base64") }
                return TimestampToken(der: der)
            }
        } catch let error as JSONObjectReader.Complaint {
            throw Complaint(text: error.text)
        } catch { throw Complaint(text: (error as? any Explained)?.message ?? "\(error)") }
    }

    /// As it is written, without the line's end.
    public var line: Data {
        var members: [JSONValue.Member] = [.init("envelope", .string(envelope.hexadecimal))]
        if let proof { members.append(.init("proof", .string(proof.text))) }
        if let timestamp { members.append(.init("timestamp", .string(Base64.encode(timestamp.der)))) }
        return JSONValue.object(members).serialized(.compact)
    }
}
