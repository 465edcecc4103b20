import Basics
import Conda
import Cryptography
import Files
import Foundation
public import Recipes
public import SystemPackage

/// Opens a feedstock into a workspace: what is to be built, why, and for whom.
public struct FeedstockOpening: Sendable {
    /// CFEP-3's four reasons to build by hand.
    public enum Reason: String, CaseIterable, Sendable { case time, memory, disk, hardware }

    public var feedstock: FilePath
    public var workspace: FilePath
    /// The pull request's head, if the checkout must be at it.
    public var commit: String?
    public var reason: Reason
    public var pullRequest: String?
    public var enabledBy: String?
    public var settings: WorkspaceSettings

    public init(
        feedstock: FilePath, workspace: FilePath, commit: String?, reason: Reason, pullRequest: String?, enabledBy: String?,
        settings: WorkspaceSettings
    ) {
        self.feedstock = feedstock.absolute
        self.workspace = workspace.absolute
        self.commit = commit
        self.reason = reason
        self.pullRequest = pullRequest
        self.enabledBy = enabledBy
        self.settings = settings
    }

    public struct Answer: Sendable {
        public let workspace: Workspace
        public let feedstock: Feedstock
        /// False when the workspace had been opened for the same commit before.
        public let isNew: Bool
    }

    /// Opens it, or finds that it has been opened already; another feedstock or commit in the same workspace is an error.
    public func run() async throws -> Answer {
        let found = try await Feedstock.open(feedstock, expecting: commit)
        if workspace.appending(Workspace.settingsFile).exists {
            let workspace = try Workspace.read(workspace)
            guard workspace.feedstock == feedstock else {
                throw WorkspaceError.otherFeedstock(workspace.root, opened: workspace.feedstock.string, given: feedstock.string)
            }
            let session = try WorkspaceSession(workspace, verb: "open")
            if let opened = await session.state.opened {
                guard opened.commit == found.checkout.commit else {
                    throw WorkspaceError.commitMoved(opened: opened.commit, now: found.checkout.commit)
                }
                return Answer(workspace: workspace, feedstock: found, isNew: false)
            }
            try await record(found, in: session)
            return Answer(workspace: workspace, feedstock: found, isNew: true)
        }
        var settings = settings
        settings.feedstock = feedstock.string
        settings.id = try RandomBytes.make(6).hexadecimal
        let workspace = try Workspace.create(at: workspace, settings: settings)
        let session = try WorkspaceSession(workspace, verb: "open")
        try await record(found, in: session)
        return Answer(workspace: workspace, feedstock: found, isNew: true)
    }

    private func record(_ found: Feedstock, in session: WorkspaceSession) async throws {
        try await session.record(
            .opened(
                .init(
                    feedstock: feedstock.string, name: found.name, commit: found.checkout.commit, remoteURL: found.checkout.remoteURL,
                    recipeSHA256: found.recipeFolder.digest, variants: found.variants.map(\.configName),
                    oddities: found.oddities.map(\.description))))
        try await session.record(.requested(.init(reason: reason.rawValue, pullRequest: pullRequest, enabledBy: enabledBy)))
    }
}

extension WorkspaceSession {
    /// The workspace's feedstock, after it was compared with what had been opened: the same commit, the same recipe.
    func feedstock() async throws -> Feedstock {
        guard let opened = state.opened else { throw WorkspaceError.noFeedstockOpened }
        let found = try await Feedstock.open(workspace.feedstock)
        guard found.checkout.commit == opened.commit else { throw WorkspaceError.commitMoved(opened: opened.commit, now: found.checkout.commit) }
        guard found.recipeFolder.digest == opened.recipeSHA256 else { throw WorkspaceError.recipeChanged }
        return found
    }
}
