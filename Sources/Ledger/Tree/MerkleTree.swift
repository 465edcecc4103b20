public import Basics
import Cryptography
public import Foundation

/// The hashes of RFC 6962 §2.1 (the same in RFC 9162): the prefix keeps a leaf from being taken for a node.
public enum MerkleTree {
    public typealias Hash = SHA256Digest

    public static let emptyRoot = SHA256Digest(of: "")

    public static func leafHash(_ entry: some ContiguousBytes) -> Hash {
        var hasher = SHA256()
        hasher.update([0])
        hasher.update(entry)
        return hasher.finish()
    }

    public static func nodeHash(_ left: Hash, _ right: Hash) -> Hash {
        var hasher = SHA256()
        hasher.update([1])
        hasher.update(left.bytes)
        hasher.update(right.bytes)
        return hasher.finish()
    }

    /// The largest power of two below `size`, where a tree of more than one leaf is divided.
    static func split(_ size: UInt64) -> UInt64 {
        1 << UInt64(63 - (size - 1).leadingZeroBitCount)
    }

    /// The root over `leaves`, for trees that are at hand as a whole.
    ///
    /// Level by level: what has no neighbour goes up as it is, which is the tree that §2.1 divides from above.
    public static func root(of leaves: ArraySlice<Hash>) -> Hash {
        guard !leaves.isEmpty else { return emptyRoot }
        var nodes: [UInt8] = []
        nodes.reserveCapacity(leaves.count * Hash.byteCount)
        for leaf in leaves { nodes += leaf.bytes }
        var hasher = RepeatedSHA256()
        var count = leaves.count
        nodes.withUnsafeMutableBytes { nodes in
            func node(_ index: Int, _ count: Int = 1) -> UnsafeMutableRawBufferPointer {
                UnsafeMutableRawBufferPointer(rebasing: nodes[(index * Hash.byteCount)..<((index + count) * Hash.byteCount)])
            }
            while count > 1 {
                for index in 0..<(count / 2) { hasher.hash(1, UnsafeRawBufferPointer(node(2 * index, 2)), to: node(index)) }
                if !count.isMultiple(of: 2) { node(count / 2).copyMemory(from: UnsafeRawBufferPointer(node(count - 1))) }
                count = (count + 1) / 2
            }
        }
        return Hash(bytes: Array(nodes.prefix(Hash.byteCount))) ?? emptyRoot
    }

    /// Checks that the leaf stands at `index` in the tree of `size` with `root` (RFC 9162 §2.1.3.2).
    public static func verifyInclusion(of leaf: Hash, at index: UInt64, in size: UInt64, root: Hash, proof: [Hash]) throws(LedgerError) {
        guard index < size else { throw .indexOutside(index: index, size: size) }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in proof {
            guard last > 0 else { throw .proofTooLong }
            if node & 1 == 1 || node == last {
                hash = nodeHash(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = nodeHash(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .proofTooShort }
        guard hash == root else { throw .rootMismatch }
    }

    /// Checks that the tree of `newSize` begins with the whole tree of `oldSize` (RFC 9162 §2.1.4.2).
    public static func verifyConsistency(
        from oldSize: UInt64, _ oldRoot: Hash, to newSize: UInt64, _ newRoot: Hash, proof: [Hash]
    ) throws(LedgerError) {
        guard oldSize <= newSize else { throw .indexOutside(index: oldSize, size: newSize) }
        if oldSize == newSize || oldSize == 0 {
            guard proof.isEmpty else { throw .proofTooLong }
            // Nothing can be said of what follows an empty tree, but its own root must be the empty one.
            guard oldSize == 0 ? oldRoot == emptyRoot : oldRoot == newRoot else { throw .rootMismatch }
            return
        }
        var hashes = proof[...]
        // A tree whose size is a power of two is itself the first node of the proof.
        if oldSize & (oldSize - 1) == 0 { hashes = [oldRoot] + hashes }
        guard let first = hashes.popFirst() else { throw .proofTooShort }
        var node = oldSize - 1
        var last = newSize - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var old = first
        var new = first
        for sibling in hashes {
            guard last > 0 else { throw .proofTooLong }
            if node & 1 == 1 || node == last {
                old = nodeHash(sibling, old)
                new = nodeHash(sibling, new)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = nodeHash(new, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .proofTooShort }
        guard old == oldRoot, new == newRoot else { throw .rootMismatch }
    }
}
