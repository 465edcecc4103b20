/// Where an artifact comes from, as CEP 31 writes it into `about.json`'s `extra`.
public struct SourceProvenance: Hashable, Sendable, Codable {
    /// The full commit of the feedstock.
    public let sha: String
    /// The feedstock's address, without credentials.
    public let remoteURL: String
    /// `<provider>_<run>`, such as `manual_20261121T105500Z`; written as `flow_run_id`.
    public let runID: String

    enum CodingKeys: String, CodingKey {
        case sha
        case remoteURL = "remote_url"
        case runID = "flow_run_id"
    }

    /// Refuses a short commit, an address with credentials, and anything with white space in it.
    public init(sha: String, remoteURL: String, runID: String) throws(PackagingError) {
        let isCommit = [40, 64].contains(sha.utf8.count) && sha.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard isCommit else { throw .badProvenance(field: "sha") }
        let isPrintable = !remoteURL.isEmpty && remoteURL.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
        // `git@host:path` has an `@` and no secret; in a URL, what stands before an `@` may be one.
        guard isPrintable, !(remoteURL.contains("://") && remoteURL.contains("@")) else { throw .badProvenance(field: "remote_url") }
        let isWord = runID.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "._-".utf8.contains($0) }
        guard !runID.isEmpty, isWord else { throw .badProvenance(field: "run_id") }
        self.sha = sha
        self.remoteURL = remoteURL
        self.runID = runID
    }
}
