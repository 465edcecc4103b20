import Basics
import Cryptography
import Foundation
import Ledger
import Verification

/// A log proof, a file of them and lines to be united on any bytes. A proof that is read proves nothing of an entry that it is not about.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProof(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Data(UnsafeRawBufferPointer(start: start, count: count))
    if let proof = try? LogProof(parsing: data) {
        precondition(Data(proof.text.utf8) == data, "written, it is another")
        let leaf = SHA256Digest(of: "a leaf")
        if let checkpoint = try? Checkpoint(parsing: proof.note.text) {
            let isProven: Void? = try? MerkleTree.verifyInclusion(
                of: leaf, at: proof.index, in: checkpoint.size, root: checkpoint.root, proof: proof.hashes)
            precondition(isProven == nil, "it proves what it is not about")
        }
    }
    let file = ProofFile(parsing: data)
    precondition(ProofFile(parsing: file.contents).contents == file.contents, "the file is another")
    if let united = try? EvidenceLines.united(data, Data("{\"own\":1}\n".utf8)) {
        guard let again = try? EvidenceLines.united(united, data) else { preconditionFailure("what was united cannot be") }
        precondition(again == united, "a line was lost or doubled")
    }
    return 0
}
