import Conda

/// `matrix.yaml` as it is written; `MatrixDefinition` is what it means.
struct MatrixFile: Decodable {
    struct Axes: Decodable {
        var system: [String]
        var subdir: [Subdir]
        var user: [Cell.User]?
        var network: [Cell.Network]?
        var install: [Cell.Install]?
        var packages: [String]?
    }

    struct Addition: Decodable {
        var system: String
        var subdir: Subdir
        var user: Cell.User?
        var network: Cell.Network?
        var install: Cell.Install?
        var packages: String?
    }

    struct Expected: Decodable {
        var when: CellPattern
        var outcome: String
    }

    struct Limits: Decodable {
        var seconds: Int?
        var memory: ByteCount?
        var disk: ByteCount?
        var processes: Int?
        var cpus: Double?
    }

    var version: Int
    var axes: Axes
    var exclude: [CellPattern]?
    var include: [Addition]?
    var expect: [Expected]?
    var limits: Limits?
    /// Names of sets, each with the packages of every family of distributions.
    var packages: [String: [String: [String]]]?

    func definition() throws(MatrixError) -> MatrixDefinition {
        guard version == 1 else { throw .version(version) }
        var cells: [Cell] = []
        for system in axes.system {
            for subdir in axes.subdir {
                for user in axes.user ?? [.unprivileged] {
                    for network in axes.network ?? [.off] {
                        for install in axes.install ?? [.shared] {
                            for packages in axes.packages ?? [Cell.noPackages] {
                                cells.append(
                                    Cell(system: system, subdir: subdir, user: user, network: network, install: install, packages: packages))
                            }
                        }
                    }
                }
            }
        }
        cells.removeAll { cell in (exclude ?? []).contains { $0.matches(cell) } }
        for addition in include ?? [] {
            let cell = Cell(
                system: addition.system, subdir: addition.subdir, user: addition.user ?? .unprivileged, network: addition.network ?? .off,
                install: addition.install ?? .shared, packages: addition.packages ?? Cell.noPackages)
            if !cells.contains(cell) { cells.append(cell) }
        }
        let sets = try packageSets()
        var seen: Set<String> = []
        for cell in cells {
            guard Self.isPlain(cell.system) else { throw .systemName(cell.system) }
            guard !cell.hasPackages || sets[cell.packages] != nil else { throw .noSuchPackages(cell.packages) }
            guard seen.insert(cell.id).inserted else { throw .sameCell(cell) }
        }
        guard !cells.isEmpty else { throw .noCells }
        var rules: [MatrixDefinition.Rule] = []
        for expected in expect ?? [] {
            rules.append(.init(pattern: expected.when, expectation: try Self.expectation(expected.outcome)))
        }
        return MatrixDefinition(cells: cells, rules: rules, limits: try bounded(), packageSets: sets)
    }

    private func packageSets() throws(MatrixError) -> [String: MatrixDefinition.PackageSet] {
        var sets: [String: MatrixDefinition.PackageSet] = [:]
        for (name, families) in packages ?? [:] {
            guard Self.isPlain(name), name != Cell.noPackages else { throw .systemName(name) }
            var set: MatrixDefinition.PackageSet = [:]
            for (word, names) in families {
                guard let family = SystemFacts.Family(rawValue: word) else { throw .noSuchFamily(word) }
                // They become words of a command that root runs.
                for package in names where !Self.isPackage(package) { throw .packageName(package) }
                set[family] = names
            }
            sets[name] = set
        }
        return sets
    }

    private static func isPackage(_ name: String) -> Bool {
        name.first.map { $0.isLetter || $0.isNumber } == true && name.utf8.count <= 128
            && name.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "._+-:".utf8.contains($0) }
    }

    private func bounded() throws(MatrixError) -> MatrixDefinition.Limits {
        let usual = MatrixDefinition.Limits()
        let result = MatrixDefinition.Limits(
            seconds: limits?.seconds ?? usual.seconds, memory: limits?.memory?.bytes ?? usual.memory, disk: limits?.disk?.bytes ?? usual.disk,
            processes: limits?.processes ?? usual.processes, cpus: limits?.cpus ?? usual.cpus)
        guard result.seconds > 0, result.processes > 0, result.cpus > 0 else { throw .limits }
        return result
    }

    private static func expectation(_ word: String) throws(MatrixError) -> MatrixDefinition.Expectation {
        if word == "declared" { return .declared }
        // Nothing can be expected not to be found out.
        guard let kind = Outcome.Kind(rawValue: word), kind.isVerdict else { throw .expectation(word) }
        return .outcome(kind)
    }

    /// A system's name becomes a file's name and a container's.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name.first != "." && name.first != "-"
            && name.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "._-".utf8.contains($0) }
    }
}
