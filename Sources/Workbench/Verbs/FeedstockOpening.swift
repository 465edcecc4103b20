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

    /// The checkout; made by `run` where `address` is given and it is not there.
    public var feedstock: FilePath
    /// Where the feedstock is cloned from; nil for a checkout that is there.
    public var address: String?
    public var workspace: FilePath
    /// The commit that was approved, if the checkout must be at it.
    public var commit: String?
    /// Its head is what must be checked out where no commit is named.
    public var number: Int?
    public var reason: Reason
    public var pullRequest: String?
    public var enabledBy: String?
    public var settings: WorkspaceSettings

    public init(
        feedstock: FilePath, address: String? = nil, workspace: FilePath, commit: String?, number: Int? = nil, reason: Reason, pullRequest: String?,
        enabledBy: String?, settings: WorkspaceSettings
    ) {
        self.feedstock = feedstock.absolute
        self.address = address
        self.number = number
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
        if let address, !feedstock.exists {
            try await FeedstockClone(address: address, target: feedstock, pullRequest: number, commit: commit).run()
        }
        var asked: PullRequest?
        if let number { asked = try await PullRequest.ask(number, ofCheckoutAt: feedstock) }
        let page = pullRequest ?? asked?.address ?? number.map { "pull request \($0)" }
        let found = try await Feedstock.open(feedstock, expecting: commit, pullRequest: asked)
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
                // A kill may have come between the two events.
                if await session.state.requested == nil { try await session.record(requested(page)) }
                return Answer(workspace: workspace, feedstock: found, isNew: false)
            }
            try await record(found, page, in: session)
            return Answer(workspace: workspace, feedstock: found, isNew: true)
        }
        var settings = settings
        settings.feedstock = feedstock.string
        settings.id = try RandomBytes.make(6).hexadecimal
        let workspace = try Workspace.create(at: workspace, settings: settings)
        let session = try WorkspaceSession(workspace, verb: "open")
        try await record(found, page, in: session)
        return Answer(workspace: workspace, feedstock: found, isNew: true)
    }

    private func record(_ found: Feedstock, _ page: String?, in session: WorkspaceSession) async throws {
        try await session.record(
            .opened(
                .init(
                    feedstock: feedstock.string, name: found.name, commit: found.checkout.commit, remoteURL: found.checkout.remoteURL,
                    recipeSHA256: found.recipeFolder.digest, variants: found.variants.map(\.configName),
                    oddities: found.oddities.map(\.description))))
        try await session.record(requested(page))
    }

    private func requested(_ page: String?) -> JournalEvent {
        .requested(.init(reason: reason.rawValue, pullRequest: page, enabledBy: enabledBy))
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
