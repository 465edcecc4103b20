public import Conda

/// Which cells will be run, which cannot be run here and why, and which do not concern the artifact.
///
/// Planning looks at nothing: what is here comes in as `presence` (`SystemSurvey` finds it out).
public struct MatrixPlan: Hashable, Sendable {
    public struct Entry: Hashable, Sendable, Identifiable {
        public var cell: Cell
        /// Nil for a system that no catalogue names.
        public var system: TestSystem?
        public var presence: Presence
        public var expectation: MatrixDefinition.Expectation
        public var id: String { cell.id }

        public var isAvailable: Bool { if case .missing = presence { false } else { true } }

        /// What is expected of an artifact with these dependencies on a system with this C library; the catalogue's where nothing was measured.
        public func expected(dependencies: [String], libc: LibC? = nil) -> Outcome.Kind {
            switch expectation {
            case .outcome(let kind): return kind
            case .declared:
                guard let bound = GlibcBound(dependencies: dependencies), let libc = libc ?? system?.declaredLibC else { return .passed }
                return bound.isMet(by: libc) ? .passed : .uninstallable
            }
        }
    }

    /// In the matrix' order.
    public var entries: [Entry]
    public var limits: MatrixDefinition.Limits
    /// What stands behind the cells' words for the system's own packages.
    public var packageSets: [String: MatrixDefinition.PackageSet]

    public init(_ definition: MatrixDefinition, systems: [TestSystem], presence: [String: Presence]) {
        limits = definition.limits
        packageSets = definition.packageSets
        entries = definition.cells.map { cell in
            let system = systems.first { $0.name == cell.system }
            let unknown = Presence.missing(
                reason: "no catalogue names the system `\(cell.system)`", remedy: "add it to docker/images.yaml or vagrant/boxes.yaml")
            return Entry(
                cell: cell, system: system, presence: system == nil ? unknown : presence[cell.system] ?? unknown,
                expectation: definition.expectation(of: cell))
        }
    }

    /// The cells that an artifact of `subdir` meets: those of the same subdir, and all of them for `noarch`.
    public func entries(for subdir: Subdir) -> [Entry] {
        entries.filter { subdir == .noarch || $0.cell.subdir == subdir }
    }

    /// The same plan with every environment made as `install` says.
    public func installing(_ install: Cell.Install) -> MatrixPlan {
        var plan = self
        var seen: Set<String> = []
        for index in entries.indices { plan.entries[index].cell.install = install }
        plan.entries.removeAll { !seen.insert($0.id).inserted }
        return plan
    }

    /// The same plan with these cells only, by id, system or pattern (`debian-*`); an unknown word is an error.
    public func selecting(_ words: [String]) throws(MatrixError) -> MatrixPlan {
        var chosen: Set<String> = []
        for word in words {
            let found = entries.filter { $0.id == word || CellPattern(system: word).matches($0.cell) }
            guard !found.isEmpty else { throw .noSuchCell(word, known: entries.map(\.cell.system)) }
            chosen.formUnion(found.map(\.id))
        }
        var plan = self
        plan.entries.removeAll { !chosen.contains($0.id) }
        return plan
    }
}
