public import Basics
public import Files
public import Ledger
public import SystemPackage

/// What kept us from collecting or writing evidence; what evidence lacks is never an error but a failure in the verdict.
public enum VerificationError: Explained, Hashable {
    case file(FileError)
    case ledger(LedgerError)
    case proofFileMalformed(line: Int, String)
    case missingProof(SHA256Digest)
    case archiveMalformed(String)
    /// Nothing can be explained without a roster that follows from the pin.
    case noRoster([String])
    /// An entry of the ledger by a core member, and the document behind it, which might be a withdrawal, is not there or another.
    case withheld(index: UInt64, person: String, FilePath)

    public var message: String {
        switch self {
        case .file(let error): error.message
        case .ledger(let error): error.message
        case .proofFileMalformed(let line, let what): "line \(line) of the log proofs is not a proof: \(what)"
        case .archiveMalformed(let what): "this is not an evidence archive: \(what)"
        case .noRoster(let reasons): "there is no roster to begin with: " + reasons.joined(separator: "; ")
        case .withheld(let index, let person, _):
            "entry \(index) of the ledger is \(person)'s, and the envelope behind it is withheld or changed"
        case .missingProof(let envelope): "there is no log proof of the envelope `\(envelope)`"
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .ledger(let error): error.hint
        case .withheld(_, _, let path): "it might withdraw the artifact: ask the ledger's keeper for `\(path)`"
        default: nil
        }
    }
}
