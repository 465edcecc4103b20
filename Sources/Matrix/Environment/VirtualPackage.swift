/// What a system offers to a solver beside packages, such as `__glibc=2.36=0`.
public struct VirtualPackage: Codable, Hashable, Sendable, CustomStringConvertible {
    public var name: String
    public var version: String
    public var build: String

    public init(name: String, version: String, build: String = "0") {
        self.name = name
        self.version = version
        self.build = build
    }

    public var description: String { "\(name)=\(version)=\(build)" }
}
