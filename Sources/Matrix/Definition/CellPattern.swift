import Conda

/// Which cells a line of `matrix.yaml` speaks of: each axis that is named must match; `*` stands for any text.
public struct CellPattern: Hashable, Sendable, Decodable {
    public var system: String?
    public var subdir: String?
    public var user: String?
    public var network: String?
    public var install: String?
    public var packages: String?

    public init(
        system: String? = nil, subdir: String? = nil, user: String? = nil, network: String? = nil, install: String? = nil, packages: String? = nil
    ) {
        self.system = system
        self.subdir = subdir
        self.user = user
        self.network = network
        self.install = install
        self.packages = packages
    }

    public func matches(_ cell: Cell) -> Bool {
        let axes = [
            (system, cell.system), (subdir, cell.subdir.name), (user, cell.user.rawValue), (network, cell.network.rawValue),
            (install, cell.install.rawValue), (packages, cell.packages),
        ]
        return axes.allSatisfy { pattern, value in pattern.map { Self.matches($0[...], value[...]) } ?? true }
    }

    private static func matches(_ pattern: Substring, _ text: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            let rest = pattern.dropFirst()
            return matches(rest, text) || (!text.isEmpty && matches(pattern, text.dropFirst()))
        }
        return text.first == first && matches(pattern.dropFirst(), text.dropFirst())
    }
}
