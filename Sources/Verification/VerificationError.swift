public import Basics
public import Files
public import Ledger

/// What kept us from collecting or writing evidence; what evidence lacks is never an error but a failure in the verdict.
public enum VerificationError: Explained, Hashable {
    case file(FileError)
    case ledger(LedgerError)
    case proofFileMalformed(line: Int, String)
    case missingProof(SHA256Digest)
    case archiveMalformed(String)
    /// Nothing can be explained without a roster that follows from the pin.
    case noRoster([String])

    public var message: String {
        switch self {
        case .file(let error): error.message
        case .ledger(let error): error.message
        case .proofFileMalformed(let line, let what): "line \(line) of the log proofs is not a proof: \(what)"
        case .archiveMalformed(let what): "this is not an evidence archive: \(what)"
        case .noRoster(let reasons): "there is no roster to begin with: " + reasons.joined(separator: "; ")
        case .missingProof(let envelope): "there is no log proof of the envelope `\(envelope)`"
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .ledger(let error): error.hint
        default: nil
        }
    }
}
