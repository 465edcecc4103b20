public import Basics
public import Files
public import SystemPackage

/// What a channel says of a file's bytes: both digests and the size, from one reading.
public struct FileDigests: Hashable, Sendable, Codable {
    public let sha256: SHA256Digest
    public let md5: MD5Digest
    public let byteCount: Int64

    public init(sha256: SHA256Digest, md5: MD5Digest, byteCount: Int64) {
        self.sha256 = sha256
        self.md5 = md5
        self.byteCount = byteCount
    }

    /// Reads the file once. `progress` hears the bytes read so far, after every mebibyte.
    public static func compute(_ path: FilePath, progress: (Int64) -> Void = { _ in }) throws(FileError) -> FileDigests {
        var sha256 = SHA256()
        var md5 = MD5()
        var byteCount: Int64 = 0
        try path.forEachChunk { bytes in
            sha256.update(bytes)
            md5.update(bytes)
            byteCount += Int64(bytes.count)
            progress(byteCount)
        }
        return FileDigests(sha256: sha256.finish(), md5: md5.finish(), byteCount: byteCount)
    }
}

extension SHA256Digest {
    /// The SHA-256 of a whole file, read once through a small buffer.
    public init(ofFile path: FilePath) throws(FileError) {
        var hasher = SHA256()
        try path.forEachChunk { hasher.update($0) }
        self = hasher.finish()
    }
}
