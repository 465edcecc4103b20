import Files
import Foundation
import Processes
public import SystemPackage

/// What tests start and make outside of their folders, each written down with who did it, so that the next run ends and removes what a killed run left.
///
/// A process is named by its number and the time of its start, or by the folder of a test that stands in its arguments; containers and images by the label
/// of a workspace that a test made. What somebody else runs or keeps is left alone.
public enum LeftBehind {
    private struct Note: Codable {
        var owner: ProcessIdentity
        var child: ProcessIdentity?
        /// Of a daemon whose children outlive it.
        var daemonFolder: String?
        /// A test's folder in which something is mounted.
        var mountedFolder: String?
        /// The value of `org.conda-hallmark.workspace`.
        var workspace: String?
    }

    private static let label = "org.conda-hallmark.workspace"
    private static var folder: FilePath { FilePath(FileManager.default.temporaryDirectory.path).appending("hallmark-tests-\(getuid())") }

    /// Writes down that this process has started `id`.
    public static func note(_ id: Int32) {
        guard let child = ProcessIdentity(running: id) else { return }
        write(Note(owner: .own, child: child), as: "\(child.id)-\(child.start)")
    }

    /// Writes down that what names `daemonFolder` in its arguments belongs to this process.
    static func note(daemonFolder: FilePath) {
        write(Note(owner: .own, daemonFolder: daemonFolder.string), as: "daemon-\(daemonFolder.lastComponent?.string ?? "")")
    }

    /// Writes down that what is mounted in `mountedFolder`, which is of a test, belongs to this process; its folder goes with it.
    public static func note(mountedFolder: FilePath) {
        write(Note(owner: .own, mountedFolder: mountedFolder.string), as: "mounts-\(mountedFolder.lastComponent?.string ?? "")")
    }

    /// Writes down that the containers and images of this workspace belong to this process.
    public static func note(workspace: String) { write(Note(owner: .own, workspace: workspace), as: "workspace-\(workspace)") }

    private static func write(_ note: Note, as name: String) {
        guard let content = try? JSONEncoder().encode(note) else { return }
        try? folder.createDirectory()
        try? folder.appending("\(name).json").replaceContents(with: content)
    }

    /// Ends the processes that were left by processes that are no more; SIGTERM, so that each takes its own children along.
    public static func sweep() async throws {
        let notes = left().filter { $0.0.workspace == nil && $0.0.mountedFolder == nil }
        let children = notes.compactMap(\.0.child)
        for child in children { child.signal(SIGTERM) }
        // A daemon has its containers' file systems mounted until it ends.
        for _ in 0..<200 where children.contains(where: \.isRunning) { try await Task.sleep(for: .milliseconds(50)) }
        for (note, file) in notes {
            if let daemon = note.daemonFolder {
                endShims(of: FilePath(daemon))
                remove(FilePath(daemon))
            }
            try? file.removeAll()
        }
    }

    /// Removes the containers and images of builds that were left by processes that are no more.
    ///
    /// What they had mounted goes after them.
    public static func sweepContainers() async throws {
        let all = left()
        let notes = all.filter { $0.0.workspace != nil }
        let workspaces = Set(notes.compactMap(\.0.workspace))
        if !workspaces.isEmpty { try await remove(workspaces: workspaces) }
        for (_, file) in notes { try? file.removeAll() }
        for (note, file) in all {
            guard let folder = note.mountedFolder else { continue }
            remove(FilePath(folder))
            try? file.removeAll()
        }
    }

    /// Takes away what is mounted in a test's temporary folder, and the folder.
    private static func remove(_ folder: FilePath) {
        let mounts = ((try? FilePath("/proc/self/mounts").text(limit: 4 << 20)) ?? "").split(separator: "\n").compactMap { line in
            line.split(separator: " ").dropFirst().first.map { FilePath(String($0)) }
        }
        for mount in mounts.reversed() where mount.starts(with: folder) { umount2(mount.string, CInt(MNT_DETACH)) }
        let isTemporary = folder.removingLastComponent() == FilePath(FileManager.default.temporaryDirectory.path).lexicallyNormalized()
        guard isTemporary, folder.lastComponent?.string.hasPrefix("hallmark-") == true else { return }
        try? folder.removeAll()
    }

    /// Removes what podman still has of these workspaces: containers, and the images that were made of them.
    public static func remove(workspaces: Set<String>) async throws {
        for (list, removal) in [
            (["ps", "--all", "--no-trunc", "--format", "{{.ID}}"], ["rm", "--force", "--time", "0", "--volumes"]),
            (["images", "--no-trunc", "--format", "{{.ID}}"], ["image", "rm", "--force"]),
        ] {
            for workspace in try await known(list).intersection(workspaces).sorted() {
                let found = try await podman(list + ["--filter", "label=\(label)=\(workspace)"])
                let ids = Set(found.split(whereSeparator: \.isNewline).map(String.init))
                if !ids.isEmpty { _ = try await podman(removal + ids.sorted()) }
            }
        }
    }

    /// The workspaces of all that podman has, so that nothing is asked for each that is gone.
    private static func known(_ list: [String]) async throws -> Set<String> {
        let ids = Set(try await podman(list + ["--filter", "label=\(label)"]).split(whereSeparator: \.isNewline).map(String.init))
        guard !ids.isEmpty else { return [] }
        let format = list[0] == "ps" ? "{{index .Config.Labels \"\(label)\"}}" : "{{index .Labels \"\(label)\"}}"
        let said = try await podman([list[0] == "ps" ? "container" : "image", "inspect", "--format", format] + ids.sorted())
        return Set(said.split(whereSeparator: \.isNewline).map(String.init))
    }

    /// What it says; nothing where a container has gone meanwhile.
    private static func podman(_ words: [String]) async throws -> String {
        try await Command("podman", words, environment: .inherited(adding: TinyImage.podmanEnvironment), timeout: .seconds(60)).run().outputText
    }

    private static func left() -> [(Note, FilePath)] {
        ((try? folder.children()) ?? []).compactMap { file in
            guard let content = try? file.contents(limit: 4096), let note = try? JSONDecoder().decode(Note.self, from: content), !note.owner.isRunning
            else { return nil }
            return (note, file)
        }
    }

    /// Ends the containers of a docker daemon that has lost them, and what watches them: each shim names the daemon's folder in its arguments.
    static func endShims(of daemonFolder: FilePath) {
        let processes = ((try? FilePath("/proc").children()) ?? []).compactMap { $0.lastComponent.flatMap { Int32($0.string) } }
        for id in processes {
            guard let words = try? FilePath("/proc/\(id)/cmdline").text(limit: 1 << 16), words.contains("containerd-shim"),
                words.contains(daemonFolder.string + "/")
            else { continue }
            let children = (try? FilePath("/proc/\(id)/task/\(id)/children").text(limit: 1 << 16)) ?? ""
            for child in children.split(separator: " ").compactMap({ Int32($0) }) { ProcessIdentity(running: child)?.signal(SIGKILL) }
            ProcessIdentity(running: id)?.signal(SIGKILL)
        }
    }
}
