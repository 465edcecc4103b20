public import Basics
public import Conda
import Foundation
import JSONReading

/// A file as a server shows it.
public struct PublishedFile: Hashable, Sendable {
    public let path: ArtifactPath
    public let labels: [Label]
    /// Labels that are none by our rules; they are shown and otherwise left alone.
    public let otherLabels: [String]
    /// What the server says the bytes hash to; only a download proves it.
    public let sha256: SHA256Digest?
    public let md5: MD5Digest?
    public let byteCount: Int64?

    init(path: ArtifactPath, labels: [Label], otherLabels: [String] = [], sha256: SHA256Digest?, md5: MD5Digest? = nil, byteCount: Int64? = nil) {
        self.path = path
        self.labels = labels
        self.otherLabels = otherLabels
        self.sha256 = sha256
        self.md5 = md5
        self.byteCount = byteCount
    }

    /// Reads the answer of anaconda.org's `GET /dist`; nil when it is not about a conda artifact.
    init?(parsing value: JSONValue) {
        guard let path = value["basename"]?.string.flatMap({ ArtifactPath(parsing: $0) }) else { return nil }
        let names = value["labels"]?.array?.compactMap(\.string) ?? []
        self.init(
            path: path, labels: names.compactMap { try? Label(parsing: $0) }, otherLabels: names.filter { (try? Label(parsing: $0)) == nil },
            sha256: value["sha256"]?.string.flatMap { SHA256Digest(parsing: $0) }, md5: value["md5"]?.string.flatMap { MD5Digest(parsing: $0) },
            byteCount: value["size"]?.integer)
    }
}
