public import Basics
public import Conda
import JSONReading
import Provenance

/// That a person may act in a role for certain packages: CFEP-3's "enabling" and "designating", in one signed line.
public struct Grant: Hashable, Sendable {
    public var person: String
    public var role: Role
    /// Package names, with `*` for any run of characters.
    public var packages: [String]
    public var subdirs: [String]
    public var until: Timestamp?
    /// Where it was decided: the pull request.
    public var reference: String?

    public init(
        person: String, role: Role, packages: [String], subdirs: [String] = ["*"], until: Timestamp? = nil, reference: String? = nil
    ) {
        self.person = person
        self.role = role
        self.packages = packages
        self.subdirs = subdirs
        self.until = until
        self.reference = reference
    }

    public func covers(package: String, subdir: Subdir) -> Bool {
        packages.contains { Glob($0).matches(package) } && subdirs.contains { Glob($0).matches(subdir.name) }
    }

    init(_ value: JSONValue, path: String) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: path)
        person = try reader.string("person")
        guard let role = Role(rawValue: try reader.string("role")) else { throw .init("`\(path).role` is not a role") }
        self.role = role
        packages = try reader.strings("packages")
        subdirs = try reader.strings("subdirs")
        until = try reader.optionalTime("until")
        reference = try reader.optionalString("reference")
        try reader.finish()
        guard !packages.isEmpty, !subdirs.isEmpty, !(packages + subdirs).contains("") else { throw .init("`\(path)` covers nothing") }
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("person", .string(person)), .init("role", .string(role.rawValue)), .init("packages", .array(packages.map { .string($0) })),
            .init("subdirs", .array(subdirs.map { .string($0) })),
        ]
        if let until { members.append(.init("until", .string(until.description))) }
        if let reference { members.append(.init("reference", .string(reference))) }
        return .object(members)
    }
}
