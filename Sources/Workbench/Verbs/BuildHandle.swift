import Basics
import Containers
import Files
import Foundation
public import Processes
import SystemPackage

/// The build that a workspace's journal says was begun last, for those who only want to look at it or stop it.
///
/// Needs no lock: it reads files and asks the engine, and leaves the journal to whoever drives the build.
public struct BuildHandle: Sendable {
    public let variant: String
    private let build: FeedstockBuild
    private let engine: Engine

    /// `variant` is a config name; the one that builds, or was built last, if nil.
    public init(workspace: Workspace, variant: String?) async throws {
        let entries = try Journal(reading: workspace.journal).entries
        let begun = entries.compactMap { entry -> JournalEvent.BuildStarted? in
            guard case .buildStarted(let started) = entry.event, variant == nil || started.variant == variant else { return nil }
            return started
        }.last
        guard let begun else { throw WorkspaceError.nothingTo("show", needs: "no build was begun; run `hallmark build`") }
        self.variant = begun.variant
        engine = try await EngineChoice.find(workspace.settings.engine).engine
        build = FeedstockBuild(
            feedstock: workspace.feedstock, variant: begun.variant, script: workspace.root.appending("scripts"), engine: engine,
            folder: workspace.buildFolder(of: begun.variant).appending("attempt-\(begun.attempt)"), workspaceID: workspace.settings.id,
            runID: begun.runID, shim: [], feedstockName: "", commit: "", remoteURL: "")
    }

    /// The log from its first line on; with `follow` also what comes, until the build is over.
    public func log(follow: Bool, onLine: (BuildLogLine) -> Void) async throws { try await build.log(follow: follow, onLine: onLine) }

    /// The command that enters what a failed build's container held, for a terminal to run; `command` is what runs in it.
    ///
    /// It enters an image made of the container, so that the container itself stays as the build left it; the feedstock's folders are the real ones.
    public func shell(_ command: [String], isTerminal: Bool) async throws -> Command {
        guard try await build.isKept(), let kept = try await KeptContainer(of: build.recordFile, in: engine) else {
            throw WorkspaceError.unavailable(
                "there is no container of a failed build of `\(variant)` to enter", hint: "`hallmark build --keep` leaves it when a build fails")
        }
        return try await kept.enter(with: command, isTerminal: isTerminal)
    }

    /// Asks the build to stop; false if nothing runs. Whoever drives it, or the next `build`, takes the outcome.
    public func stop() async throws -> Bool { try await build.stop() }
}
