extension ELFFacts {
    /// Enters a needed version such as `GLIBC_2.17`, keeping the highest of each namespace.
    mutating func add(version: String, of library: String) {
        neededVersions[library, default: []].append(version)
        guard let line = version.lastIndex(of: "_") else { return }
        let name = String(version[..<line])
        let number = String(version[version.index(after: line)...])
        guard number.first?.isNumber ?? false else { return }
        symbolVersions.keepHighest(number, of: name)
    }
}

extension [String: String] {
    /// Compares dotted numbers number by number: 2.9 is less than 2.17.
    mutating func keepHighest(_ version: String, of name: String) {
        guard let known = self[name] else { return self[name] = version }
        let (new, old) = (version.dottedNumbers, known.dottedNumbers)
        if old.lexicographicallyPrecedes(new) { self[name] = version }
    }
}

extension String {
    fileprivate var dottedNumbers: [Int] { split(separator: ".").map { Int($0) ?? 0 } }
}
