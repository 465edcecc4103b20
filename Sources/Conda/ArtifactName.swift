public import Basics

/// The file name of a conda artifact, as CEP 26 spells it: `name-version-build.extension`.
public struct ArtifactName: ParsedText {
    public let package: String
    public let version: String
    public let build: String
    public let format: ArchiveFormat

    /// Splits `fileName` from the right, because only the package name may hold hyphens.
    public init(parsing fileName: some StringProtocol) throws(ArtifactNameError) {
        let fileName = String(fileName)
        guard let format = ArchiveFormat.allCases.first(where: { fileName.hasSuffix($0.fileExtension) }) else { throw .unknownExtension(fileName) }
        let stem = fileName.dropLast(format.fileExtension.count)
        let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { throw .missingParts(fileName) }
        let package = parts.dropLast(2).joined(separator: "-")
        let version = String(parts[parts.count - 2])
        let build = String(parts[parts.count - 1])
        try self.init(package: package, version: version, build: build, format: format, in: fileName)
    }

    public init(package: String, version: String, build: String, format: ArchiveFormat) throws(ArtifactNameError) {
        try self.init(package: package, version: version, build: build, format: format, in: "\(package)-\(version)-\(build)\(format.fileExtension)")
    }

    private init(package: String, version: String, build: String, format: ArchiveFormat, in fileName: String) throws(ArtifactNameError) {
        func isWord(_ text: String, _ more: String) -> Bool {
            !text.isEmpty
                && text.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte) || more.utf8.contains(byte)
                }
        }
        // CEP 26: lower-case names that may start with `_`; a name never climbs out of its folder, because `/` is in none of these.
        guard isWord(package, "_-."), package == package.lowercased(), package.first != "-", package.first != "." else { throw .badPackage(fileName) }
        guard isWord(version, "_.+!"), version.first != "." else { throw .badVersion(fileName) }
        guard isWord(build, "_.+") else { throw .badBuild(fileName) }
        self.package = package
        self.version = version
        self.build = build
        self.format = format
    }

    /// `name-version-build`, which is also how the inner members of a `.conda` are named.
    public var stem: String { "\(package)-\(version)-\(build)" }
    public var fileName: String { stem + format.fileExtension }
    public var description: String { fileName }
}

/// The two archive formats that conda installs.
public enum ArchiveFormat: String, CaseIterable, Sendable, Codable {
    case conda
    case tarBz2 = "tar.bz2"
    /// With its dot.
    public var fileExtension: String { "." + rawValue }
}

public enum ArtifactNameError: Explained, Hashable {
    case unknownExtension(String)
    case missingParts(String)
    case badPackage(String)
    case badVersion(String)
    case badBuild(String)

    public var message: String {
        switch self {
        case .unknownExtension(let name): "`\(name)` ends neither in `.conda` nor in `.tar.bz2`"
        case .missingParts(let name): "`\(name)` is not `name-version-build`"
        case .badPackage(let name): "`\(name)` does not begin with a legal package name"
        case .badVersion(let name): "`\(name)` holds no legal version"
        case .badBuild(let name): "`\(name)` holds no legal build string"
        }
    }
    public var hint: String? { "an artifact is called `name-version-build.conda` or `name-version-build.tar.bz2`" }
}
