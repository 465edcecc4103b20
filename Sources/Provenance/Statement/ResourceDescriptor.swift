public import Basics
public import JSONReading

/// A thing that a statement points at: by name, by address, by digest (in-toto's ResourceDescriptor).
public struct ResourceDescriptor: Hashable, Sendable {
    public var name: String?
    public var uri: String?
    /// Algorithm to lower-case hexadecimal: `sha256`, `gitCommit`…
    public var digest: [String: String]
    public var mediaType: String?
    /// In-toto allows any JSON here; hallmark writes and reads texts.
    public var annotations: [String: String]

    public init(
        name: String? = nil, uri: String? = nil, digest: [String: String] = [:], mediaType: String? = nil, annotations: [String: String] = [:]
    ) {
        self.name = name
        self.uri = uri
        self.digest = digest
        self.mediaType = mediaType
        self.annotations = annotations
    }

    public init(name: String? = nil, uri: String? = nil, sha256: SHA256Digest, mediaType: String? = nil, annotations: [String: String] = [:]) {
        self.init(name: name, uri: uri, digest: ["sha256": sha256.hexadecimal], mediaType: mediaType, annotations: annotations)
    }

    public var sha256: SHA256Digest? { digest["sha256"].flatMap { SHA256Digest(parsing: $0) } }

    /// What the names of our descriptors mean, one constant for writer and reader.
    public enum Name {
        public static let image = "image"
        public static let recipe = "recipe"
        public static let variant = "variant"
        public static let script = "script"
        public static let feedstock = "feedstock"
        public static let payload = "payload"
        public static let inputArtifact = "input-artifact"
        public static let auditRecord = "audit-record"
        public static let buildLog = "build-log"
        public static let renderedRecipe = "rendered-recipe"
        public static let cell = "cell"
        public static let environment = "environment"
        public static let cellResult = "cell-result"
    }

    public init(_ value: JSONValue, path: String) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: path)
        name = try reader.optionalString("name")
        uri = try reader.optionalString("uri")
        digest = try reader.optionalTexts("digest")
        mediaType = try reader.optionalString("mediaType")
        annotations = try reader.optionalTexts("annotations")
        try reader.finish()
        for (algorithm, text) in digest {
            let isLegal = [UInt8](hexadecimal: text) != nil && text == text.lowercased() && (algorithm != "sha256" || text.utf8.count == 64)
            guard isLegal, !text.isEmpty else { throw .init("`\(path).digest.\(algorithm)` is not a digest in lower-case hexadecimal") }
        }
        guard uri != nil || !digest.isEmpty else { throw .init("`\(path)` has neither `uri` nor `digest`") }
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = []
        if let name { members.append(.init("name", .string(name))) }
        if let uri { members.append(.init("uri", .string(uri))) }
        if !digest.isEmpty { members.append(.init("digest", .texts(digest))) }
        if let mediaType { members.append(.init("mediaType", .string(mediaType))) }
        if !annotations.isEmpty { members.append(.init("annotations", .texts(annotations))) }
        return .object(members)
    }
}

extension JSONValue {
    /// An object of texts, sorted by key, so that the same dictionary gives the same bytes.
    static func texts(_ texts: [String: String]) -> JSONValue {
        .object(texts.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
    }
}

extension [ResourceDescriptor] {
    init(_ values: [JSONValue], path: String) throws(JSONObjectReader.Complaint) {
        self = []
        for (index, value) in values.enumerated() { append(try ResourceDescriptor(value, path: "\(path)[\(index)]")) }
    }

    /// The one descriptor of that name; nil when there is none or more than one.
    public func only(named name: String) -> ResourceDescriptor? {
        let matches = filter { $0.name == name }
        return matches.count == 1 ? matches[0] : nil
    }
}
