import Archiving
import Basics
import Cryptography

/// What writing an artifact anew gave.
struct Written: Sendable {
    let payloadBefore: SHA256Digest
    let payloadAfter: SHA256Digest
    /// Of the new file.
    let digests: FileDigests

    /// Both digests and the size of an open file, whatever happens to its name.
    static func digests(of file: OpenedFile) -> Result<FileDigests, ArchiveError> {
        var sha256 = SHA256()
        var md5 = MD5()
        do throws(ArchiveError) {
            try FileRangeSource(file).forEachBuffer(ofSize: 1 << 20) { bytes in
                sha256.update(bytes)
                md5.update(bytes)
            }
        } catch { return .failure(error) }
        return .success(FileDigests(sha256: sha256.finish(), md5: md5.finish(), byteCount: file.size))
    }
}
