public import Basics
public import Conda
import Cryptography
import Files
import Foundation
import Packaging
public import Roster
public import SystemPackage
public import Verification

/// What a verifier starts from: where the rosters lie, and which first one to believe.
public struct Trust: Sendable {
    public let roster: FilePath
    public let pin: SHA256Digest

    public init(roster: FilePath, pin: SHA256Digest) {
        self.roster = roster
        self.pin = pin
    }

    /// The verified chain; throws the first thing that is wrong with it.
    public func chain() throws -> RosterChain { try RosterFolder(roster).chain(pin: pin) }

    /// A verifier that opens artifacts with the Packaging room.
    public func verifier(channel: String? = nil) throws -> Verifier {
        Verifier(roster: try RosterFolder(roster).envelopes(), pin: pin, channel: channel, inspect: ArtifactContent.read)
    }

    /// The verdict over an artifact and what lies beside it.
    public func verdict(
        on artifact: FilePath, profile: VerificationProfile, subdir: Subdir? = nil, target: Channel? = nil
    ) throws -> (verdict: Verdict, evidence: Evidence) {
        let evidence = try Evidence.collect(for: artifact, subdir: subdir)
        return (try verifier().verify(evidence, profile: profile, target: target), evidence)
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
