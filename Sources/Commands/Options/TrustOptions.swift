import ArgumentParser
import Basics
import Files
import Roster
import SystemPackage
import Workbench

/// Where trust begins: the rosters' folder, and the digest of the first one.
struct TrustOptions: ParsableArguments {
    @Option(name: .long, help: .init("The folder of the signed rosters (default: the workspace's, or HALLMARK_ROSTER).", valueName: "dir"))
    var roster: String?

    @Option(
        name: .customLong("roster-pin"),
        help: .init(
            "The digest of the first roster, from a place that you trust (default: the workspace's, or HALLMARK_ROSTER_PIN).", valueName: "sha256"))
    var pin: String?

    @Option(
        name: .long,
        help: .init(
            "Where the newest roster and log that were seen are remembered (default: HALLMARK_STATE, or hallmark/ in XDG_STATE_HOME or ~/.local/state).",
            valueName: "dir"))
    var state: String?

    @Flag(name: .customLong("no-memory"), help: "Neither remember the newest roster and log nor compare with what was seen before.")
    var noMemory = false

    /// The trust that was named anywhere; nil only when nobody named a roster.
    func trustIfNamed(workspace: Workspace? = nil) throws -> Trust? {
        guard roster != nil || CommandContext.current["ROSTER"] != nil || workspace?.settings.roster != nil else { return nil }
        return try trust(workspace: workspace)
    }

    /// Never takes the pin from where the roster lies: whoever could swap the one could swap the other.
    func trust(workspace: Workspace? = nil) throws -> Trust {
        guard let folder = roster ?? CommandContext.current["ROSTER"] ?? workspace?.settings.roster else {
            throw WorkspaceError.missingSetting("the roster", flag: "--roster DIR")
        }
        let path = FilePath(folder)
        guard path.isDirectory else { throw WorkspaceError.notFound("the roster", path) }
        let pin = try digest(workspace: workspace)
        return Trust(roster: path, pin: pin, memory: memory(of: pin))
    }

    /// The trust for an archive of evidence, which brings its roster along: the pin alone, never from the archive.
    func trustForArchive(workspace: Workspace? = nil) throws -> Trust {
        let pin = try digest(workspace: workspace)
        return Trust(roster: nil, pin: pin, memory: memory(of: pin))
    }

    private func digest(workspace: Workspace?) throws -> SHA256Digest {
        guard let text = pin ?? CommandContext.current["ROSTER_PIN"] ?? workspace?.settings.rosterPin else {
            throw WorkspaceError.missingSetting("the digest that the roster is pinned by", flag: "--roster-pin SHA256")
        }
        guard let digest = SHA256Digest(parsing: text) else { throw ValidationError("`\(text)` is not a SHA-256 digest") }
        return digest
    }

    private func memory(of pin: SHA256Digest) -> TrustMemory? {
        guard !noMemory else { return nil }
        return TrustMemory(state.map { FilePath($0) } ?? UserFolder.state.path, pin: pin)
    }
}
