public import Basics
public import Conda
import Cryptography
import Files
import Foundation
public import SystemPackage

/// The one who may write to a workspace: holds its lock and owns its journal.
public actor WorkspaceSession {
    public nonisolated let workspace: Workspace
    private let lock: FileLock
    private var journal: Journal

    /// Takes the workspace's lock, or throws `WorkspaceError.busy` naming who has it.
    public init(_ workspace: Workspace, verb: String) throws {
        self.workspace = workspace
        let holder = "`hallmark \(verb)`, process \(ProcessInfo.processInfo.processIdentifier) on \(ProcessInfo.processInfo.hostName)"
        do { lock = try FileLock.take(workspace.lock, holder: holder) } catch {
            if case .locked(_, let holder) = error { throw WorkspaceError.busy(workspace.root, holder: holder) }
            throw error
        }
        journal = try Journal(reading: workspace.journal)
    }

    public var entries: [JournalEntry] { journal.entries }
    public var state: WorkspaceState { WorkspaceState(journal.entries) }
    public var head: SHA256Digest { journal.head }

    public func record(_ event: JournalEvent) throws { try journal.append(event) }

    /// The artifact's file, after its bytes were compared with what the journal says of them.
    public nonisolated func file(of artifact: JournalEvent.ArtifactReference) throws -> FilePath {
        let path = workspace.file(of: artifact)
        guard path.exists else { throw FileError.missing(path) }
        guard try FileDigests.compute(path).sha256 == artifact.sha256 else { throw WorkspaceError.artifactChanged(path.string) }
        return path
    }
}

extension Workspace {
    /// Where an artifact's bytes lie, in the layout of a channel.
    public func file(of artifact: JournalEvent.ArtifactReference) -> FilePath {
        artifacts.appending(artifact.subdir.name).appending(artifact.name.fileName)
    }

    /// Names a file of the workspace by path and bytes.
    public func reference(_ path: FilePath) throws -> JournalEvent.FileReference {
        let digests = try FileDigests.compute(path)
        return .init(path: relative(path), sha256: digests.sha256, byteCount: Int64(digests.byteCount))
    }

    /// The artifact that lies at `path`, by its bytes.
    public func artifact(at path: FilePath, subdir: Subdir) throws -> JournalEvent.ArtifactReference {
        let digests = try FileDigests.compute(path)
        return .init(
            subdir: subdir, name: try ArtifactName(parsing: path.lastComponent?.string ?? ""), sha256: digests.sha256,
            byteCount: Int64(digests.byteCount))
    }
}
