public import Basics
public import Cryptography
import Files
import Foundation
import Provenance
import Roster
public import SystemPackage
public import Transport
import Verification

/// Has the signatures beside an artifact stamped by an authority that the roster names (RFC 3161), and stores the stamps as evidence.
///
/// What is stamped are the raw bytes of each signature, as Sigstore does: the signature existed by then.
public struct EvidenceStamping: Sendable {
    public let trust: Trust
    public let artifact: FilePath

    public init(trust: Trust, artifact: FilePath) {
        self.trust = trust
        self.artifact = artifact
    }

    /// Asks the authority at `address` for every stamp that is not there yet, verifies each, and stores them; returns how many came.
    public func stamp(from address: HTTPAddress, client: HTTPClient = HTTPClient(proxy: .environment)) async throws -> Int {
        let wanted = try missing()
        var stamps: [SHA256Digest: TimestampToken] = [:]
        for (envelope, signature) in wanted {
            let query = try TimestampRequest(stamping: signature)
            let request = HTTPRequest(
                .post, address, headers: ["Accept": "application/timestamp-reply"], body: .bytes(query.der, type: TimestampRequest.mediaType))
            let response = try await client.send(request, limit: TimestampToken.byteLimit)
            guard response.isSuccess else {
                throw WorkspaceError.unavailable(
                    "the time-stamping authority `\(address)` answered \(response.status): \(response.text)",
                    hint: "name another one that the roster knows, or stamp later with `hallmark stamp`")
            }
            stamps[envelope] = TimestampToken(der: response.body)
        }
        try take(stamps)
        return stamps.count
    }

    /// The questions to an authority that is not reached by HTTP, by envelope.
    public func requests() throws -> [SHA256Digest: TimestampRequest] { try missing().mapValues { try TimestampRequest(stamping: $0) } }

    /// Verifies stamps by the roster's authorities and stores them; one that does not verify refuses all.
    public func take(_ stamps: [SHA256Digest: TimestampToken]) throws {
        let wanted = try missing()
        let authorities = try trust.chain().newest.timestampAuthorities
        guard !authorities.isEmpty else {
            throw WorkspaceError.nothingTo("stamp", needs: "the roster names no time-stamping authority; see `hallmark roster policy`")
        }
        let path = artifact.sidecar(ProofFile.fileExtension)
        var proofs = path.exists ? try ProofFile.read(path) : ProofFile()
        for (envelope, token) in stamps {
            guard let signature = wanted[envelope] else { continue }
            _ = try token.verified(of: signature, authorities: authorities)
            proofs.set(token, for: envelope)
        }
        try proofs.write(to: path)
        try EvidenceKeeping(trust: trust, ledger: nil).renew(beside: artifact)
    }

    /// The signatures without a stamp, by envelope; only those of the roster's keys.
    private func missing() throws -> [SHA256Digest: Data] {
        let keys = try trust.chain().everyKey
        let path = artifact.sidecar(ProofFile.fileExtension)
        let proofs = path.exists ? try ProofFile.read(path) : ProofFile()
        var signatures: [SHA256Digest: Data] = [:]
        for envelope in try EnvelopeFile.read(artifact.sidecar(EnvelopeFile.fileExtension)).envelopes where proofs.timestamps[envelope.digest] == nil
        {
            signatures[envelope.digest] = try envelope.verified(by: keys).signature
        }
        return signatures
    }
}
