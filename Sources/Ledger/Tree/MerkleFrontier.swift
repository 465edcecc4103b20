import Basics
import Cryptography

/// The right edge of a growing tree: the roots of its whole subtrees, largest first. It takes leaf after leaf and knows the root at any time.
struct MerkleFrontier {
    private(set) var size: UInt64
    /// One for each bit of `size` that is set, from the highest down.
    private var subtrees: [SHA256Digest]

    init() {
        size = 0
        subtrees = []
    }

    /// The edge of a tree whose subtrees are known to `source`; compare `root` with a signed one before anything is believed of it.
    init<Failure>(of size: UInt64, from source: MerkleTree.Source<Failure>) throws(Failure) {
        self.size = size
        subtrees = []
        var start: UInt64 = 0
        for level in stride(from: 63, through: 0, by: -1) where size >> UInt64(level) & 1 == 1 {
            subtrees.append(try source(level, start >> UInt64(level)))
            start += 1 << UInt64(level)
        }
    }

    mutating func append(_ leaf: SHA256Digest) {
        var hash = leaf
        var rest = size
        while rest & 1 == 1, let left = subtrees.popLast() {
            hash = MerkleTree.nodeHash(left, hash)
            rest >>= 1
        }
        subtrees.append(hash)
        size += 1
    }

    var root: SHA256Digest {
        guard var root = subtrees.last else { return MerkleTree.emptyRoot }
        for left in subtrees.dropLast().reversed() { root = MerkleTree.nodeHash(left, root) }
        return root
    }
}
