import Basics
import Cryptography

/// Hashes one member after the other; a class, because a hasher cannot be copied and visitors can.
final class MemberHasher {
    private var hasher = SHA256()

    func take(_ bytes: UnsafeRawBufferPointer) { hasher.update(bytes) }

    /// The digest of what was taken since the last time.
    func finish() -> SHA256Digest {
        var next = SHA256()
        swap(&next, &hasher)
        return next.finish()
    }
}
