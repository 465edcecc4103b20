public import Basics
import Conda
import Cryptography
public import Files
public import Foundation
import JSONReading
import Ledger
public import Provenance
import Roster
public import SystemPackage

/// Everything that a verification needs but the artifact and the pin, in one file: `FILE.evidence`, a ZIP that compresses nothing.
///
/// `manifest.json`, `envelopes/<sha256>.json`, `proofs/<sha256>.tlog-proof` (a second of the same envelope is `<sha256>.2`), `timestamps/<sha256>.tsr`, `roster/<n>.json`, and under `files/` the
/// signature, the audit record and the build log. Any ZIP program opens it, and each member is a stock file. Nothing in it is believed because it is in it.
public struct EvidenceArchive: Sendable {
    public static let fileExtension = Sidecar.evidence.suffix
    static let manifestType = HallmarkURI.base + "evidence/v1"

    /// The artifact that the evidence is about, by the archive's own word.
    public let fileName: String
    public let sha256: SHA256Digest
    public let envelopes: EnvelopeFile
    public let proofs: ProofFile
    public let roster: [Envelope]
    public let detachedSignature: Data?
    public let auditRecord: Data?
    public let buildLog: Data?
    /// Whether each proof and time stamp fits into a line of `FILE.proofs.jsonl`, however it is escaped there.
    private let areProofsShort: Bool

    public init(
        fileName: String, sha256: SHA256Digest, envelopes: EnvelopeFile, proofs: ProofFile, roster: [Envelope], detachedSignature: Data?,
        auditRecord: Data?, buildLog: Data?
    ) {
        self.fileName = fileName
        self.sha256 = sha256
        self.envelopes = envelopes
        self.proofs = proofs
        self.roster = roster
        self.detachedSignature = detachedSignature
        self.auditRecord = auditRecord
        self.buildLog = buildLog
        areProofsShort = false
    }

    /// Collects what lies beside the artifact, with the roster. Lines that are no envelopes and no proofs are left out, as a verification would.
    public static func collect(for artifact: FilePath, in folder: FilePath? = nil, roster: [Envelope]) throws(VerificationError) -> EvidenceArchive {
        let evidence: Evidence
        let digest: SHA256Digest
        var log: Data?
        do throws(FileError) {
            evidence = try Evidence.collect(for: artifact, in: folder)
            digest = try SHA256Digest(ofFile: artifact)
            // The log is optional: one that is larger than everything else together stays beside the artifact.
            let logLimit = StoredArchive.byteLimit / 2
            if let path = evidence.buildLog, try path.byteCount() <= logLimit { log = try path.contents(limit: logLimit) }
        } catch { throw .file(error) }
        let envelopes = EnvelopeFile(parsing: evidence.envelopes ?? Data())
        return EvidenceArchive(
            fileName: evidence.fileName, sha256: digest, envelopes: envelopes, proofs: ProofFile(parsing: evidence.proofs ?? Data()),
            roster: roster,
            detachedSignature: evidence.detachedSignature, auditRecord: evidence.auditRecord, buildLog: log)
    }

    private enum Name {
        static let manifest = "manifest.json"
        static let signature = "files/artifact.sig"
        static let audit = "files/audit.json"
        static let log = "files/build.log"
    }

    /// The archive's bytes; the same evidence gives the same bytes.
    public var contents: Data { StoredArchive(members).contents }

    private var members: [StoredArchive.Member] {
        var members: [StoredArchive.Member] = []
        for envelope in envelopes.envelopes.sorted(by: { $0.digest.hexadecimal < $1.digest.hexadecimal }) {
            members.append(.init(name: "envelopes/\(envelope.digest).json", bytes: envelope.line))
        }
        let proven = proofs.envelopes.sorted { $0.hexadecimal < $1.hexadecimal }
        for digest in proven {
            for (index, proof) in proofs.proofs(of: digest).enumerated() {
                members.append(.init(name: "proofs/\(digest)\(Self.ordinal(index)).tlog-proof", bytes: Data(proof.text.utf8)))
            }
        }
        for digest in proven {
            for (index, token) in proofs.timestamps(of: digest).enumerated() {
                members.append(.init(name: "timestamps/\(digest)\(Self.ordinal(index)).tsr", bytes: token.der))
            }
        }
        for (index, envelope) in roster.enumerated() { members.append(.init(name: "roster/\(index + 1).json", bytes: envelope.line)) }
        for (name, bytes) in [(Name.signature, detachedSignature), (Name.audit, auditRecord), (Name.log, buildLog)] {
            if let bytes { members.append(.init(name: name, bytes: bytes)) }
        }
        let list: [JSONValue] = members.map {
            ["name": .string($0.name), "sha256": .string(SHA256Digest(of: $0.bytes).hexadecimal), "size": .integer(Int64($0.bytes.count))]
        }
        let manifest: JSONValue = [
            "_type": .string(Self.manifestType), "artifact": ["name": .string(fileName), "sha256": .string(sha256.hexadecimal)],
            "members": .array(list),
        ]
        return [.init(name: Name.manifest, bytes: manifest.serialized(.compact))] + members
    }

    public func write(to path: FilePath) throws(FileError) { try path.replaceContents(with: contents) }

    public static func read(_ path: FilePath) throws(VerificationError) -> EvidenceArchive {
        let bytes: Data
        do throws(FileError) { bytes = try path.contents(limit: StoredArchive.byteLimit) } catch { throw .file(error) }
        return try EvidenceArchive(parsing: bytes)
    }

    /// Reads an archive, and then demands that writing what was read gives this very file: there is one archive for one set of evidence.
    public init(parsing file: Data) throws(VerificationError) {
        let archive: StoredArchive
        do {
            archive = try StoredArchive(parsing: file)
            guard archive.members[0].name == Name.manifest else { throw StoredArchive.Complaint("its first member is not the manifest") }
            var manifest = try JSONObjectReader(try JSONValue(parsing: archive.members[0].bytes, limits: .init(bytes: 4 << 20, depth: 4)), path: "")
            var artifact = try manifest.object("artifact")
            fileName = try artifact.string("name")
            guard let digest = SHA256Digest(parsing: try artifact.string("sha256")) else { throw StoredArchive.Complaint("it names no artifact") }
            sha256 = digest
            var envelopes: [Envelope] = []
            var proofs = ProofFile()
            var roster: [Envelope] = []
            var files: [String: Data] = [:]
            for member in archive.members.dropFirst() {
                let folder = member.name.prefix { $0 != "/" }
                let stem = member.name.dropFirst(folder.count + 1).prefix { $0 != "." }
                switch folder {
                case "envelopes": envelopes.append(try Envelope(parsing: member.bytes))
                case "roster": roster.append(try Envelope(parsing: member.bytes))
                case "proofs":
                    proofs.add(.init(envelope: try Self.digest(stem), proof: try LogProof(parsing: member.bytes), timestamp: nil))
                case "timestamps":
                    proofs.add(.init(envelope: try Self.digest(stem), proof: nil, timestamp: TimestampToken(der: member.bytes)))
                default: files[member.name] = member.bytes
                }
            }
            self.envelopes = EnvelopeFile(envelopes)
            self.proofs = proofs
            self.roster = roster
            detachedSignature = files[Name.signature]
            auditRecord = files[Name.audit]
            buildLog = files[Name.log]
            areProofsShort = archive.members.allSatisfy {
                !($0.name.hasPrefix("proofs/") || $0.name.hasPrefix("timestamps/")) || $0.bytes.count <= ProofEntry.byteLimit / 4
            }
        } catch let error as StoredArchive.Complaint {
            throw .archiveMalformed(error.text)
        } catch let error as JSONObjectReader.Complaint {
            throw .archiveMalformed(error.text)
        } catch { throw .archiveMalformed((error as? any Explained)?.message ?? "\(error)") }
        // The same members, in their order, are the same file: of one list of members there is one archive, which has been compared byte for byte.
        guard members == archive.members else { throw .archiveMalformed("it holds something that is not known here, or in another form") }
    }

    /// The first of several has no number.
    private static func ordinal(_ index: Int) -> String { index == 0 ? "" : ".\(index + 1)" }

    private static func digest(_ text: some StringProtocol) throws(StoredArchive.Complaint) -> SHA256Digest {
        guard let digest = SHA256Digest(parsing: text) else { throw .init("`\(text)` is not a digest") }
        return digest
    }

    /// The evidence about the artifact at `path`, for a verifier that takes the roster's versions from `roster`.
    ///
    /// The artifact's own name is used: what the archive says of it is only its word.
    public func evidence(for path: FilePath) -> Evidence {
        var evidence = Evidence(
            artifact: path, fileName: path.lastComponent?.string ?? "", envelopes: envelopes.contents, proofs: proofs.contents,
            detachedSignature: detachedSignature, auditRecord: auditRecord, buildLogSHA256: buildLog.map { SHA256Digest(of: $0) })
        evidence.readEnvelopes = envelopes
        if areProofsShort { evidence.readProofs = proofs }
        return evidence
    }
}
