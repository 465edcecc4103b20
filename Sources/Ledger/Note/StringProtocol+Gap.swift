extension StringProtocol {
    /// Where the first empty line stands: the two ends of lines that make it. By bytes, as the formats are made of them.
    var firstGap: Range<Index>? {
        var before: Index?
        for index in utf8.indices {
            guard utf8[index] == UInt8(ascii: "\n") else {
                before = nil
                continue
            }
            if let before { return before..<utf8.index(after: index) }
            before = index
        }
        return nil
    }

    /// Where the last empty line stands.
    var lastGap: Range<Index>? {
        var after: Index?
        for index in utf8.indices.reversed() {
            guard utf8[index] == UInt8(ascii: "\n") else {
                after = nil
                continue
            }
            if let after { return index..<utf8.index(after: after) }
            after = index
        }
        return nil
    }
}
