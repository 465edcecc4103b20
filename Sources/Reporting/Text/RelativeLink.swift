/// Addresses that may stand in a report.
enum RelativeLink {
    /// The percent-encoded form of a relative path; nil for anything that could leave the report's folder or name a scheme.
    static func encoded(_ path: String?) -> String? {
        guard let path, !path.isEmpty, !path.hasPrefix("/"), !path.contains("\\") else { return nil }
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        guard components.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else { return nil }
        return components.map { component in
            component.utf8.map { byte in
                let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-._~+!".utf8.contains(byte)
                return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }.joined()
        }.joined(separator: "/")
    }

    /// A web address as it was given; nil for every other scheme and for what is not plain ASCII.
    static func web(_ address: String?) -> String? {
        guard let address, address.hasPrefix("https://") || address.hasPrefix("http://") else { return nil }
        return address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"'<>`\\^{|}".utf8.contains($0) } ? address : nil
    }
}
