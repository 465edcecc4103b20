public import Basics
public import Conda
import Cryptography
import Files
public import Matrix
public import Publishing
public import SystemPackage
public import Verification

/// Tests again what a label holds, as CI would: a fresh folder, the downloaded bytes, and nothing else.
public struct LabelRetest: Sendable {
    public let channel: Channel
    public let subdirs: [Subdir]
    public let folder: FilePath
    public let testing: MatrixTesting
    /// Verifies the evidence as well; nil to test only.
    public let trust: Trust?
    /// Only these packages; all if empty.
    public let packages: [String]

    public init(channel: Channel, subdirs: [Subdir], folder: FilePath, testing: MatrixTesting, trust: Trust?, packages: [String] = []) {
        self.channel = channel
        self.subdirs = subdirs
        self.folder = folder.absolute
        self.testing = testing
        self.trust = trust
        self.packages = packages
    }

    public struct Answer: Sendable {
        public let file: FilePath
        public let subdir: Subdir
        public let sha256: SHA256Digest
        public let verdict: Verdict?
        public let results: [CellResult]
        public var isGreen: Bool { MatrixTesting.isGreen(results) && (verdict?.accepted ?? true) }
    }

    public func run(
        onDownload: @Sendable (ArtifactPath) -> Void, onEvent: @escaping @Sendable (MatrixEvent) -> Void
    ) async throws -> [Answer] {
        let reader = ChannelReader(channel)
        var files: [(path: ArtifactPath, file: FilePath, sha256: SHA256Digest)] = []
        for subdir in subdirs {
            let repodata = try await reader.repodata(subdir)
            if let first = repodata.unreadable.first {
                throw WorkspaceError.unavailable("the channel lists what cannot be read: \(first)", hint: "tell its owners")
            }
            for entry in repodata.entries where packages.isEmpty || packages.contains(entry.path.name.package) {
                onDownload(entry.path)
                let target = folder.appending(subdir.name)
                try target.createDirectory()
                let file = try await reader.download(entry.path, expecting: entry.sha256, byteCount: entry.byteCount, into: target)
                for sidecar in [Sidecar.signature, .auditRecord, .envelopes, .proofs, .plainBuildLog] {
                    try await download(sidecar, of: entry.path, into: target, reader)
                }
                files.append((entry.path, file, entry.sha256))
            }
        }
        guard !files.isEmpty else {
            throw WorkspaceError.nothingTo("retest", needs: "`\(channel)` holds no artifact of \(subdirs.map(\.name).joined(separator: ", "))")
        }
        let results = try await testing.run(files.map(\.file), results: folder.appending("matrix"), onEvent: onEvent)
        return try files.map { path, file, sha256 in
            Answer(
                file: file, subdir: path.subdir, sha256: sha256,
                verdict: try trust?.verdict(on: file, profile: .build, subdir: path.subdir, target: channel).verdict,
                results: results.filter { $0.artifact.sha256 == sha256 })
        }
    }

    /// Fetches a sidecar. Lines that were added here and not published yet, such as a review, are kept.
    private func download(_ sidecar: Sidecar, of path: ArtifactPath, into folder: FilePath, _ reader: ChannelReader) async throws {
        let file = folder.appending(path.name.fileName + sidecar.suffix)
        let own = sidecar.isUnited && file.exists ? try file.contents(limit: sidecar.byteLimit) : nil
        guard try await reader.download(sidecar, of: path, into: folder) != nil, let own else { return }
        try file.replaceContents(with: try EvidenceLines.united(try file.contents(limit: sidecar.byteLimit), own))
    }
}

extension WorkspaceSession {
    /// Records a retest of one of the workspace's own artifacts; others on the label are none of this journal's business.
    public func recordRetest(_ answer: LabelRetest.Answer, channel: Channel) throws {
        guard let artifact = state.artifacts.first(where: { $0.reference.sha256 == answer.sha256 })?.reference else { return }
        try record(
            .retested(.init(artifact: artifact, channel: channel.url, counts: MatrixTesting.counts(answer.results), isGreen: answer.isGreen)))
    }
}
