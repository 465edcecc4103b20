public import Basics

extension MerkleTree {
    /// Where the hashes of whole subtrees come from: `level` 0 are the leaves, the hash at (`level`, `index`) covers the
    /// 2^level leaves from `index`·2^level on.
    public typealias Source<Failure: Error> = (_ level: Int, _ index: UInt64) throws(Failure) -> Hash

    /// The hash over the leaves in `range`, whose start is a multiple of the largest power of two in its length.
    static func hash<Failure>(of range: Range<UInt64>, from source: Source<Failure>) throws(Failure) -> Hash {
        let size = range.upperBound - range.lowerBound
        if size == 0 { return emptyRoot }
        if size & (size - 1) == 0 {
            let level = size.trailingZeroBitCount
            return try source(level, range.lowerBound >> UInt64(level))
        }
        let middle = range.lowerBound + split(size)
        return nodeHash(try hash(of: range.lowerBound..<middle, from: source), try hash(of: middle..<range.upperBound, from: source))
    }

    /// The root of the tree of the first `size` leaves.
    public static func root<Failure>(of size: UInt64, from source: Source<Failure>) throws(Failure) -> Hash { try hash(of: 0..<size, from: source) }

    /// The audit path of RFC 6962 §2.1.1, from the leaf's sibling up.
    public static func inclusionProof<Failure>(of index: UInt64, in size: UInt64, from source: Source<Failure>) throws(Failure) -> [Hash] {
        var range = 0..<size
        var path: [Hash] = []
        while range.upperBound - range.lowerBound > 1 {
            let middle = range.lowerBound + split(range.upperBound - range.lowerBound)
            if index < middle {
                path.append(try hash(of: middle..<range.upperBound, from: source))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(of: range.lowerBound..<middle, from: source))
                range = middle..<range.upperBound
            }
        }
        return path.reversed()
    }

    /// The consistency proof of RFC 6962 §2.1.2 between the first `oldSize` leaves and the first `newSize`.
    public static func consistencyProof<Failure>(from oldSize: UInt64, to newSize: UInt64, from source: Source<Failure>) throws(Failure) -> [Hash] {
        guard oldSize > 0, oldSize < newSize else { return [] }
        var range = 0..<newSize
        var isWhole = true
        var path: [Hash] = []
        while oldSize != range.upperBound {
            let middle = range.lowerBound + split(range.upperBound - range.lowerBound)
            if oldSize <= middle {
                path.append(try hash(of: middle..<range.upperBound, from: source))
                range = range.lowerBound..<middle
            } else {
                path.append(try hash(of: range.lowerBound..<middle, from: source))
                range = middle..<range.upperBound
                isWhole = false
            }
        }
        if !isWhole { path.append(try hash(of: range, from: source)) }
        return path.reversed()
    }
}
