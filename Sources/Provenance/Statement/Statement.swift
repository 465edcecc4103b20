public import Basics
public import Conda
public import Foundation
public import JSONReading

/// A claim about artifacts: in-toto Statement v1. Anyone can write one; only a `VerifiedStatement` is worth believing.
public struct Statement: Hashable, Sendable {
    public static let type = "https://in-toto.io/Statement/v1"

    /// What is claimed about: a file name and its bytes.
    public struct Subject: Hashable, Sendable {
        public let name: String
        public let sha256: SHA256Digest
        public init(name: String, sha256: SHA256Digest) {
            self.name = name
            self.sha256 = sha256
        }
        public init(_ artifact: ArtifactName, sha256: SHA256Digest) { self.init(name: artifact.fileName, sha256: sha256) }
    }

    public let subjects: [Subject]
    public let predicate: StatementPredicate

    public init(subject: Subject, predicate: StatementPredicate) {
        subjects = [subject]
        self.predicate = predicate
    }

    /// Reads the bytes of a payload, strictly; give it nothing that has not been verified.
    public init(parsing payload: Data) throws(ProvenanceError) {
        let value: JSONValue
        do { value = try JSONValue(parsing: payload, limits: .init(bytes: 1 << 20, depth: 32)) } catch { throw .statementMalformed(error.message) }
        var type = ""
        do throws(JSONObjectReader.Complaint) {
            var reader = try JSONObjectReader(value, path: "")
            type = try reader.string("_type")
            guard type == Self.type else { throw .init("_type") }
            var subjects: [Subject] = []
            for (index, value) in try reader.array("subject").enumerated() {
                var subject = try JSONObjectReader(value, path: "subject[\(index)]")
                let name = try subject.string("name")
                var digest = try subject.object("digest")
                let text = try digest.string("sha256")
                guard let sha256 = SHA256Digest(parsing: text), sha256.hexadecimal == text else {
                    throw .init("`\(digest.place("sha256"))` is not a SHA-256 in lower-case hexadecimal")
                }
                try digest.finish()
                try subject.finish()
                subjects.append(Subject(name: name, sha256: sha256))
            }
            guard !subjects.isEmpty else { throw .init("`subject` is empty") }
            self.subjects = subjects
            let predicateType = try reader.string("predicateType")
            let predicate = reader.optional("predicate") ?? .null
            try reader.finish()
            self.predicate = try StatementPredicate(type: predicateType, predicate)
        } catch {
            guard type == Self.type || type.isEmpty else { throw .wrongStatementType(type) }
            throw .statementMalformed(error.text)
        }
    }

    public var json: JSONValue {
        [
            "_type": .string(Self.type),
            "subject": .array(subjects.map { ["name": .string($0.name), "digest": ["sha256": .string($0.sha256.hexadecimal)]] }),
            "predicateType": .string(predicate.type),
            "predicate": predicate.json,
        ]
    }

    /// The bytes that are signed.
    public var payload: Data { json.serialized(.compact) }
}
