import Basics
import Conda
import Foundation
import Synchronization

/// Repodata that was made for a revision of an owner; made anew when the owner's revision is another.
final class RepodataCache: Sendable {
    struct Key: Hashable {
        let owner: Owner
        let label: Label
        let subdir: Subdir
    }
    struct Entry: Sendable {
        let revision: Int64
        let data: Data
        let sha256: SHA256Digest
    }

    private static let limit = 64
    private let entries = Mutex<[Key: Entry]>([:])

    func entry(_ key: Key, revision: Int64) -> Entry? { entries.withLock { $0[key].flatMap { $0.revision == revision ? $0 : nil } } }

    func keep(_ entry: Entry, for key: Key) {
        entries.withLock { entries in
            if entries.count >= Self.limit { entries.removeAll() }
            entries[key] = entry
        }
    }
}
