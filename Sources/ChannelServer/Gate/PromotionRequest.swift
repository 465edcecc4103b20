public import Basics
public import Conda
public import SystemPackage

/// What a gate is asked to judge: a file, the label it would get, and the evidence that lies beside it.
public struct PromotionRequest: Sendable {
    public let owner: Owner
    public let label: Label
    /// The server's address as its clients see it, without a trailing slash.
    public let server: String
    public let subdir: Subdir
    public let artifact: ArtifactName
    /// The bytes as stored, under the artifact's own name; the server has hashed them on their way in, a gate hashes them again.
    public let path: FilePath
    /// What the server knows these bytes by.
    public let sha256: SHA256Digest
    /// The newest version of each sidecar, in the same folder as the artifact and named after it.
    public let sidecars: [Sidecar: FilePath]

    public init(
        owner: Owner, label: Label, server: String, subdir: Subdir, artifact: ArtifactName, path: FilePath, sha256: SHA256Digest,
        sidecars: [Sidecar: FilePath]
    ) {
        self.owner = owner
        self.label = label
        self.server = server
        self.subdir = subdir
        self.artifact = artifact
        self.path = path
        self.sha256 = sha256
        self.sidecars = sidecars
    }
}
