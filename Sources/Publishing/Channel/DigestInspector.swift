import Basics
import Cryptography
import Transport

/// Hashes a download as it comes, and accepts only the bytes that were expected; all of them if nothing was.
// SAFETY: `Transport` uses an inspector on the one thread of its download; `digest` is read after that has ended.
final class DigestInspector: DownloadInspector, @unchecked Sendable {
    private var hasher: SHA256? = SHA256()
    private let expected: SHA256Digest?
    /// The digest of what came; nil before the end.
    private(set) var digest: SHA256Digest?

    init(expecting expected: SHA256Digest?) { self.expected = expected }

    func take(_ bytes: UnsafeRawBufferPointer) { hasher?.update(bytes) }

    func accepts() -> Bool {
        digest = hasher.take()?.finish()
        return expected == nil || digest == expected
    }
}
