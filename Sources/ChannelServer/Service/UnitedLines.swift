import Basics
import Cryptography
import Files
import Foundation
import HTTPTypes
import SystemPackage
import Verification

/// Sidecars that several people add lines to: envelopes and their proofs.
enum UnitedLines {
    /// Rewrites the file at `path` as the lines of `earlier`, as they are, followed by the new lines that are not among them.
    static func unite(_ path: FilePath, after earlier: FilePath?, limit: Int) throws -> FileDigests {
        let known = try earlier?.contents(limit: limit) ?? Data()
        let united: Data
        do { united = try EvidenceLines.united(known, try path.contents(limit: limit)) } catch let error as EvidenceLines.Complaint {
            throw APIFailure(.badRequest, "line \(error.line) of the evidence \(error.reason)")
        }
        guard !united.isEmpty else { throw APIFailure(.badRequest, "there is no line that says anything") }
        guard united.count <= limit else {
            throw APIFailure(.contentTooLarge, "with what is there already the evidence is larger than \(limit) bytes")
        }
        try path.replaceContents(with: united, permissions: .ownerReadWrite)
        return FileDigests(sha256: SHA256Digest(of: united), md5: MD5Digest(of: united), byteCount: Int64(united.count))
    }
}
