import Basics
import Cryptography

/// The hashes of one tile and those above them, up to the tile's own root, computed when the tile is read: a proof asks for one of each height.
struct HashTile {
    /// The heights one after the other, from the tile's own hashes up; each from left to right, as far as its subtrees are whole.
    private let bytes: [UInt8]
    /// How many hashes the tile itself has.
    let width: Int

    /// Takes the bytes of a tile; nil unless they are whole hashes, at most 256 of them.
    init?(_ tile: [UInt8]) {
        guard tile.count.isMultiple(of: SHA256Digest.byteCount), tile.count <= Int(TilePath.width) * SHA256Digest.byteCount else { return nil }
        let width = tile.count / SHA256Digest.byteCount
        self.width = width
        var count = 0
        for height in 0...TilePath.height { count += width >> height }
        let size = SHA256Digest.byteCount
        bytes = [UInt8](unsafeUninitializedCapacity: count * size) { buffer, initializedCount in
            let all = UnsafeMutableRawBufferPointer(buffer)
            all.copyBytes(from: tile)
            var hasher = RepeatedSHA256()
            var (start, end) = (0, tile.count)
            for height in 1...TilePath.height {
                for index in 0..<(width >> height) {
                    let pair = UnsafeRawBufferPointer(rebasing: all[(start + 2 * index * size)..<(start + 2 * (index + 1) * size)])
                    hasher.hash(1, pair, to: UnsafeMutableRawBufferPointer(rebasing: all[(end + index * size)..<(end + (index + 1) * size)]))
                }
                start = end
                end += (width >> height) * size
            }
            initializedCount = count * size
        }
    }

    /// The hash over 2^height of the tile's hashes, the `index`th of that height; nil where the tile does not hold all of them.
    func hash(height: Int, index: Int) -> SHA256Digest? {
        guard index >= 0, index < width >> height else { return nil }
        var start = index
        for lower in 0..<height { start += width >> lower }
        return SHA256Digest(bytes: Array(bytes[(start * SHA256Digest.byteCount)...].prefix(SHA256Digest.byteCount)))
    }

    /// The tile as it is written.
    var contents: ArraySlice<UInt8> { bytes.prefix(width * SHA256Digest.byteCount) }
}
