import Foundation
import Synchronization

/// Public keys that have been read, by the very bytes that they were read from: OpenSSL takes longer to read a key than to verify with it, and
/// the same few keys come again and again.
enum KnownKeys {
    /// Whoever sends more keys than this makes us read them again, and nothing else.
    private static let limit = 4096
    private static let keys = Mutex<[Data: PublicKey]>([:])

    static func key(of spki: Data) -> PublicKey? { keys.withLock { $0[spki] } }

    static func remember(_ key: PublicKey) {
        keys.withLock { keys in
            if keys.count >= limit { keys.removeAll() }
            keys[key.spki] = key
        }
    }
}
