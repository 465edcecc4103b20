import Files
import JSONReading
public import SystemPackage

/// A folder that holds one manual build: settings, journal, logs, artifacts, results.
///
/// A person can read it, zip it and move it; everything in it that matters is named by digest in the journal.
public struct Workspace: Hashable, Sendable {
    public let root: FilePath
    public var settings: WorkspaceSettings

    /// The file whose presence makes a folder a workspace.
    public static let settingsFile = "workspace.json"

    public var journal: FilePath { root.appending("journal.jsonl") }
    public var lock: FilePath { root.appending("lock") }
    public var builds: FilePath { root.appending("builds") }
    public var artifacts: FilePath { root.appending("artifacts") }
    public var matrix: FilePath { root.appending("matrix") }
    public var signOffs: FilePath { root.appending("checklists") }
    public var retests: FilePath { root.appending("retests") }
    public var report: FilePath { root.appending("report.html") }
    public var imageLock: FilePath { root.appending("images.lock.json") }
    /// Which images the matrix is pinned to, where somebody pinned them.
    public var matrixLock: FilePath { root.appending("matrix.lock.json") }
    public var feedstock: FilePath { FilePath(settings.feedstock) }

    /// Makes the folder and its settings; an opened workspace is never opened over.
    public static func create(at root: FilePath, settings: WorkspaceSettings) throws -> Workspace {
        let workspace = Workspace(root: root.absolute, settings: settings)
        guard !workspace.root.appending(settingsFile).exists else { throw WorkspaceError.exists(workspace.root) }
        try workspace.root.createDirectory()
        try workspace.save()
        return workspace
    }

    /// Reads the workspace at `root`.
    public static func read(_ root: FilePath) throws -> Workspace {
        let file = root.absolute.appending(settingsFile)
        guard file.exists else { throw WorkspaceError.notAWorkspace(root.absolute) }
        let settings = try StrictJSON.decode(WorkspaceSettings.self, from: try file.contents(limit: 1 << 20))
        guard settings.format == 1 else { throw WorkspaceError.unknownFormat(root.absolute, settings.format) }
        return Workspace(root: root.absolute, settings: settings)
    }

    /// The workspace that `start` lies in: the first folder upwards that holds `workspace.json`.
    public static func find(from start: FilePath) throws -> Workspace {
        var folder = start.absolute
        while true {
            if folder.appending(settingsFile).exists { return try read(folder) }
            let above = folder.removingLastComponent()
            guard above != folder, !folder.components.isEmpty else { throw WorkspaceError.notAWorkspace(start.absolute) }
            folder = above
        }
    }

    public func save() throws {
        try root.appending(Self.settingsFile).replaceContents(with: try StrictJSON.encode(settings, pretty: true))
    }

    /// The part of `path` below the workspace, as the journal names files; the whole path for files elsewhere.
    public func relative(_ path: FilePath) -> String {
        var path = path.absolute
        return path.removePrefix(root) ? path.string : path.string
    }

    public func absolute(_ relative: String) -> FilePath { root.pushing(FilePath(relative)) }
}
