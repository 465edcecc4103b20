public import Containers

/// The C library of a system.
public struct LibC: Codable, Hashable, Sendable, CustomStringConvertible {
    /// `glibc` or `musl`.
    public var name: String
    public var version: String

    public init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    public init(_ declared: ImageCatalogue.CLibrary) { self.init(name: declared.name, version: declared.version) }

    public var description: String { "\(name) \(version)" }
    public var isGlibc: Bool { name == "glibc" }
}
