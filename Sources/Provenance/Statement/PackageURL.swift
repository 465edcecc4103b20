public import Conda

/// An artifact's address as a package URL (purl-spec, type `conda`).
public enum PackageURL {
    public static func of(_ artifact: ArtifactName, subdir: Subdir) -> String {
        "pkg:conda/\(escaped(artifact.package))@\(escaped(artifact.version))?build=\(escaped(artifact.build))&subdir=\(escaped(subdir.name))"
            + "&type=\(artifact.format.rawValue)"
    }

    /// Percent-encodes everything but RFC 3986's unreserved characters.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~".utf8.contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + [byte].hexadecimalUpper
        }.joined()
    }
}

extension [UInt8] {
    fileprivate var hexadecimalUpper: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) }.joined()
    }
}
