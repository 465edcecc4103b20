extension String {
    /// The one of `names` that somebody who wrote this may have meant: few edits away, or the only one that begins so.
    public func nearest(of names: [String]) -> String? {
        let ranked = names.map { (name: $0, distance: distance(to: $0)) }.min { $0.distance < $1.distance }
        if let ranked, ranked.distance <= max(2, count / 4) { return ranked.name }
        let beginning = names.filter { $0.hasPrefix(self) }
        return beginning.count == 1 && !isEmpty ? beginning[0] : nil
    }

    /// Levenshtein's distance over characters.
    private func distance(to other: String) -> Int {
        let other = Array(other)
        var row = Array(0...other.count)
        for (index, character) in enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in other.indices {
                let replaced = diagonal + (other[column] == character ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[other.count]
    }
}
