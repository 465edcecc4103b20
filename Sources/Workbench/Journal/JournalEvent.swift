public import Basics
public import Conda

/// What happened in a workspace: one case for every arrow in the life of a manual build.
///
/// The audit record is made from these and from nothing else, so a payload holds values and digests, never a sentence that somebody remembers.
public enum JournalEvent: Hashable, Sendable {
    case opened(Opened)
    case requested(Requested)
    case planned(Planned)
    case buildStarted(BuildStarted)
    case built(Built)
    case buildFailed(BuildFailed)
    case embedded(Embedded)
    case cellFinished(CellFinished)
    case matrixFinished(MatrixFinished)
    case recorded(Recorded)
    case signed(Signed)
    case logged(Logged)
    case uploaded(Uploaded)
    case retested(Retested)
    case reviewed(Reviewed)
    case promoted(Promoted)
    case withdrawn(Withdrawn)
    case answered(Answered)

    /// An artifact's bytes: the same name with other bytes is another artifact.
    public struct ArtifactReference: Hashable, Sendable, Codable {
        public var subdir: Subdir
        public var name: ArtifactName
        public var sha256: SHA256Digest
        public var byteCount: Int64
        public init(subdir: Subdir, name: ArtifactName, sha256: SHA256Digest, byteCount: Int64) {
            self.subdir = subdir
            self.name = name
            self.sha256 = sha256
            self.byteCount = byteCount
        }
        /// `subdir/name`, as anaconda.org calls it.
        public var path: String { "\(subdir)/\(name)" }
    }

    /// A file of the workspace, by its path relative to the workspace and its bytes.
    public struct FileReference: Hashable, Sendable, Codable {
        public var path: String
        public var sha256: SHA256Digest
        public var byteCount: Int64
        public init(path: String, sha256: SHA256Digest, byteCount: Int64) {
            self.path = path
            self.sha256 = sha256
            self.byteCount = byteCount
        }
    }

    public struct Opened: Hashable, Sendable, Codable {
        public var feedstock: String
        public var name: String
        public var commit: String
        public var remoteURL: String?
        public var recipeSHA256: SHA256Digest
        public var variants: [String]
        public var oddities: [String]
    }

    public struct Requested: Hashable, Sendable, Codable {
        /// CFEP-3 accepts four: time, memory, disk, hardware.
        public var reason: String
        public var pullRequest: String?
        public var enabledBy: String?
    }

    public struct Planned: Hashable, Sendable, Codable {
        public var variant: String
        public var variantSHA256: SHA256Digest
        public var subdir: Subdir
        public var label: Label
        public var image: String
        public var imageID: String
        public var imageDigests: [String]
        public var engine: String
        public var script: String
        public var scriptSHA256: SHA256Digest
    }

    public struct BuildStarted: Hashable, Sendable, Codable {
        public var variant: String
        public var attempt: Int
        public var runID: String
        /// The failed attempt whose container it goes on in.
        public var continues: Int?
    }

    public struct Phase: Hashable, Sendable, Codable {
        public var name: String
        public var seconds: Double
        public init(name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    public struct Built: Hashable, Sendable, Codable {
        public var variant: String
        public var attempt: Int
        public var runID: String
        public var startedOn: Timestamp
        public var finishedOn: Timestamp
        public var artifacts: [ArtifactReference]
        /// The text as it was written; what lies in the workspace is `compressedLog`, once that is there.
        public var log: FileReference
        /// The same text in zstd's format.
        public var compressedLog: FileReference?
        public var phases: [Phase]
        public var engineRecord: FileReference?
        public var host: [String: String]
        /// What it used, as far as that could be seen.
        public var resources: ResourceSummary?
        /// The samples behind `resources`, one a line.
        public var samples: FileReference?
        public var compilerCache: CompilerCacheUse?
        public var sccache: SccacheUse?
        /// The failed attempt whose container this one went on in; nil for a build from a fresh container.
        public var continues: Int?
    }

    public struct BuildFailed: Hashable, Sendable, Codable {
        public var variant: String
        public var attempt: Int
        public var reason: String
        public var log: FileReference?
        public var phases: [Phase]?
        public var resources: ResourceSummary?
        public var samples: FileReference?
        /// Artifacts that were made and failed their tests: kept, named, never signed.
        public var broken: [FileReference]
        public var compilerCache: CompilerCacheUse?
        public var sccache: SccacheUse?
    }

    public struct Embedded: Hashable, Sendable, Codable {
        public var before: ArtifactReference
        public var after: ArtifactReference
        /// `added` or `proved`.
        public var result: String
        /// The digest of the commit's recipe folder, which was found in the artifact byte for byte.
        public var recipeSHA256: SHA256Digest
        /// The digest of all of the artifact's `info/recipe`: the commit's files and those that the build tool adds.
        public var embeddedRecipeSHA256: SHA256Digest
        /// The digest of the `.conda`'s payload member, the same before and after.
        public var payloadSHA256: SHA256Digest?
    }

    public struct CellFinished: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var cell: String
        public var outcome: String
        public var expected: String
        public var reason: String?
        public var image: String?
        public var result: FileReference
    }

    public struct MatrixFinished: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var counts: [String: Int]
        /// Every cell that ran ended as expected, and at least one passed.
        public var isGreen: Bool
    }

    public struct Recorded: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var audit: FileReference
    }

    public struct Signed: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var keyID: String
        public var person: String?
        public var envelopes: [SHA256Digest]
    }

    public struct Logged: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var origin: String
        public var treeSize: Int64
        public var leaves: [Int64]
    }

    public struct Uploaded: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var channel: String
        public var stagedThrough: String?
    }

    public struct Retested: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var channel: String
        public var counts: [String: Int]
        public var isGreen: Bool
    }

    public struct Reviewed: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var keyID: String
        public var person: String?
        public var accepted: Bool
        public var envelope: SHA256Digest
    }

    public struct Promoted: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var from: String
        public var to: String
    }

    public struct Withdrawn: Hashable, Sendable, Codable {
        public var artifact: ArtifactReference
        public var keyID: String
        public var person: String?
        public var reason: String
        /// Whether as many core members as the roster asks for had withdrawn then.
        public var isInForce: Bool
        public var envelope: SHA256Digest
    }

    public struct Answered: Hashable, Sendable, Codable {
        public var checklist: String
        public var checklistSHA256: SHA256Digest
        public var signOff: FileReference
    }
}
