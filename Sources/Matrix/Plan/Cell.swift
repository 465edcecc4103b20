public import Conda

/// One system on which an artifact is tested, and how.
public struct Cell: Codable, Hashable, Sendable, Identifiable, CustomStringConvertible {
    public enum User: String, Codable, Sendable, CaseIterable {
        case unprivileged, root
    }

    public enum Network: String, Codable, Sendable, CaseIterable {
        case off, on
    }

    /// The name of an image or a box.
    public var system: String
    public var subdir: Subdir
    public var user: User
    public var network: Network

    public init(system: String, subdir: Subdir, user: User = .unprivileged, network: Network = .off) {
        self.system = system
        self.subdir = subdir
        self.user = user
        self.network = network
    }

    /// A word that no other cell of a plan has, and that can be a file's name: `debian-12_linux-64`, and what is not as usual.
    public var id: String {
        "\(system)_\(subdir)" + (user == .root ? "_root" : "") + (network == .on ? "_network" : "")
    }

    /// For people: the system's name, and what is not as usual.
    public var description: String {
        let unusual = [subdir == .linux64 ? nil : subdir.name, user == .root ? "as root" : nil, network == .on ? "with network" : nil].compactMap(
            \.self)
        return unusual.isEmpty ? system : "\(system) (\(unusual.joined(separator: ", ")))"
    }
}
