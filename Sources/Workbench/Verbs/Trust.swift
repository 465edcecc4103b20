public import Basics
import Conda
import Cryptography
import Files
import Foundation
public import Ledger
import Packaging
public import Provenance
public import Roster
public import SystemPackage
public import Verification

/// What a verifier starts from: where the rosters lie, which first one to believe, and what has been seen before.
public struct Trust: Sendable {
    /// Nil where the roster comes with an archive of evidence.
    public let roster: FilePath?
    public let pin: SHA256Digest
    /// Nil for a verifier that forgets; it cannot notice an older roster or another log.
    public let memory: TrustMemory?

    public init(roster: FilePath?, pin: SHA256Digest, memory: TrustMemory? = nil) {
        self.roster = roster
        self.pin = pin
        self.memory = memory
    }

    /// The roster's versions as they lie there, unverified.
    public func envelopes() throws -> [Envelope] {
        guard let roster else { throw WorkspaceError.missingSetting("the roster", flag: "--roster DIR") }
        return try RosterFolder(roster).envelopes()
    }

    /// The verified chain; throws the first thing that is wrong with it, an older or another one than was seen before included.
    public func chain() throws -> RosterChain {
        let chain = try RosterChain(try envelopes(), pin: pin, now: .now)
        try memory?.roster.remember(chain)
        return chain
    }

    /// The verified chain of the roster that an archive of evidence brings along; by the pin, as always.
    public func chain(in archive: FilePath) throws -> RosterChain {
        try RosterChain(try EvidenceArchive.read(archive).roster, pin: pin, now: .now)
    }

    /// The channel's log in `folder`, by the key that the roster names; nil when the roster names no log.
    public func log(in folder: FilePath, chain: RosterChain) throws -> LogFolder? {
        guard let text = chain.newest.logKey else { return nil }
        return LogFolder(path: folder, key: try NoteKey(parsing: text))
    }

    /// What the ledger in `folder` holds against an artifact; throws where it cannot be read whole, for what was not read might withdraw.
    public func withdrawals(of sha256: SHA256Digest, in folder: FilePath) throws -> Withdrawals {
        let chain = try chain()
        guard folder.isDirectory else { throw WorkspaceError.notFound("the ledger", folder) }
        guard let log = try log(in: folder, chain: chain) else {
            throw WorkspaceError.nothingTo("ask the ledger with", needs: "the roster names no log")
        }
        try remember(log)
        let findings = try WithdrawalSearch(log: log, chain: chain).findings(about: sha256)
        return Withdrawals(of: sha256, in: findings.map(\.envelope), by: chain)
    }

    /// A verifier that opens artifacts with the Packaging room.
    public func verifier(channel: String? = nil) throws -> Verifier {
        Verifier(roster: try envelopes(), pin: pin, channel: channel, inspect: ArtifactContent.read)
    }
}

extension ArtifactContent {
    /// Reads what a verification compares: platform, recipe, payload, and every problem that `check` finds.
    @Sendable public static func read(_ path: FilePath) throws -> ArtifactContent {
        let inspection = try Artifact.open(path).inspect()
        return ArtifactContent(
            subdir: try inspection.index.subdir.map { try Subdir(parsing: $0) }, recipeSHA256: inspection.recipeDigest,
            payloadSHA256: inspection.innerMembers.first { $0.name.hasPrefix("pkg-") }?.digests.sha256,
            problems: try Artifact.open(path).check().map(\.description))
    }
}
