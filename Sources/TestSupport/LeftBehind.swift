import Files
import Foundation
import Processes
import SystemPackage

/// Servers that tests start, each written down with who started it, so that the next run ends those of a run that was killed.
///
/// A process is named by its number and the time of its start, never by its name: what somebody else runs is left alone.
public enum LeftBehind {
    private struct Note: Codable {
        var owner: ProcessIdentity
        var child: ProcessIdentity
    }

    private static var folder: FilePath { FilePath(FileManager.default.temporaryDirectory.path).appending("hallmark-tests-\(getuid())") }

    /// Writes down that this process has started `id`.
    public static func note(_ id: Int32) {
        guard let child = ProcessIdentity(running: id), let content = try? JSONEncoder().encode(Note(owner: .own, child: child)) else { return }
        try? folder.createDirectory()
        try? folder.appending("\(child.id)-\(child.start).json").replaceContents(with: content)
    }

    /// Ends what was left by processes that are no more; SIGTERM, so that each takes its own children along.
    public static func sweep() {
        for file in (try? folder.children()) ?? [] {
            guard let content = try? file.contents(limit: 4096), let note = try? JSONDecoder().decode(Note.self, from: content) else { continue }
            if note.owner.isRunning { continue }
            note.child.signal(SIGTERM)
            try? file.removeAll()
        }
    }
}
