public import Conda

/// One system on which an artifact is tested, and how.
public struct Cell: Codable, Hashable, Sendable, Identifiable, CustomStringConvertible {
    public enum User: String, Codable, Sendable, CaseIterable {
        case unprivileged, root
    }

    public enum Network: String, Codable, Sendable, CaseIterable {
        case off, on
    }

    /// Where the environment is made.
    public enum Install: String, Codable, Sendable, CaseIterable {
        /// On this machine, once for all cells with the same solution, which share it.
        case shared
        /// In the cell itself, by the client that is brought in.
        case perCell = "per-cell"
    }

    /// The word for no extra packages of the system.
    public static let noPackages = "none"

    /// The name of an image or a box.
    public var system: String
    public var subdir: Subdir
    public var user: User
    public var network: Network
    public var install: Install
    /// The matrix' word for a set of the system's own packages that are installed beforehand.
    public var packages: String

    public init(
        system: String, subdir: Subdir, user: User = .unprivileged, network: Network = .off, install: Install = .shared, packages: String = noPackages
    ) {
        self.system = system
        self.subdir = subdir
        self.user = user
        self.network = network
        self.install = install
        self.packages = packages
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        system = try container.decode(String.self, forKey: .system)
        subdir = try container.decode(Subdir.self, forKey: .subdir)
        user = try container.decode(User.self, forKey: .user)
        network = try container.decode(Network.self, forKey: .network)
        // Results of before these axes were there have neither.
        install = try container.decodeIfPresent(Install.self, forKey: .install) ?? .shared
        packages = try container.decodeIfPresent(String.self, forKey: .packages) ?? Self.noPackages
    }

    public var hasPackages: Bool { packages != Self.noPackages }

    /// A word that no other cell of a plan has, and that can be a file's name: `debian-12_linux-64`, and what is not as usual.
    public var id: String {
        "\(system)_\(subdir)" + (user == .root ? "_root" : "") + (network == .on ? "_network" : "") + (install == .perCell ? "_per-cell" : "")
            + (hasPackages ? "_with-\(packages)" : "")
    }

    /// For people: the system's name, and what is not as usual.
    public var description: String {
        let unusual = [
            subdir == .linux64 ? nil : subdir.name, user == .root ? "as root" : nil, network == .on ? "with network" : nil,
            install == .perCell ? "installed in the cell" : nil, hasPackages ? "with \(packages)" : nil,
        ].compactMap(\.self)
        return unusual.isEmpty ? system : "\(system) (\(unusual.joined(separator: ", ")))"
    }
}
