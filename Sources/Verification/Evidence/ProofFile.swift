public import Basics
public import Files
public import Foundation
import JSONReading
public import Ledger
import Provenance
public import SystemPackage

/// The log proofs of an artifact's envelopes, one a line of JSON: `FILE.proofs.jsonl`.
///
/// `{"envelope": sha256 of the envelope's bytes, "proof": the text of a .tlog-proof}`, so that `jq -r .proof` gives stock files.
public struct ProofFile: Hashable, Sendable {
    public private(set) var proofs: [SHA256Digest: LogProof]

    public static let fileExtension = ".proofs.jsonl"
    static let byteLimit = 16 << 20

    public init(_ proofs: [SHA256Digest: LogProof] = [:]) { self.proofs = proofs }

    /// Reads every line; a line that is no proof, or an envelope that has two, refuses the file.
    public init(parsing contents: Data) throws(VerificationError) {
        proofs = [:]
        for (index, line) in contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            do {
                var reader = try JSONObjectReader(try JSONValue(parsing: line, limits: .init(bytes: 1 << 20, depth: 2)), path: "")
                guard let envelope = SHA256Digest(parsing: try reader.string("envelope")) else { throw JSONObjectReader.Complaint("no digest") }
                let proof = try LogProof(parsing: try reader.string("proof"))
                try reader.finish()
                guard proofs.updateValue(proof, forKey: envelope) == nil else { throw JSONObjectReader.Complaint("an envelope has two proofs") }
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

    public var contents: Data {
        proofs.sorted { $0.key.hexadecimal < $1.key.hexadecimal }.reduce(into: Data()) { data, entry in
            let line: JSONValue = ["envelope": .string(entry.key.hexadecimal), "proof": .string(entry.value.text)]
            data += line.serialized() + [UInt8(ascii: "\n")]
        }
    }

    public func write(to path: FilePath) throws(FileError) { try path.replaceContents(with: contents) }
}
