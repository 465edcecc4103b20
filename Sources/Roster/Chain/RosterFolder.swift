public import Basics
public import Cryptography
import Files
import Foundation
public import Provenance
public import SystemPackage

/// A roster as files: `1.json`, `2.json`…, each an envelope, and `pending.json` while a version still waits for signatures.
public struct RosterFolder: Sendable {
    public let path: FilePath
    public init(_ path: FilePath) { self.path = path }

    public var pendingPath: FilePath { path.appending("pending.json") }
    private func versionPath(_ number: Int) -> FilePath { path.appending("\(number).json") }

    /// The envelopes of all versions, in order, unverified.
    public func envelopes() throws(RosterError) -> [Envelope] {
        var envelopes: [Envelope] = []
        while versionPath(envelopes.count + 1).exists { envelopes.append(try read(versionPath(envelopes.count + 1))) }
        return envelopes
    }

    /// Reads and verifies the whole chain.
    public func chain(
        pin: SHA256Digest, channel: String? = nil, remembered: Int = 0, now: Timestamp = .now
    ) throws(RosterError) -> RosterChain {
        try RosterChain(try envelopes(), pin: pin, channel: channel, remembered: remembered, now: now)
    }

    /// Starts a roster: signs version 1, or leaves it pending for more signatures. The digest is what everybody pins.
    @discardableResult
    public func create(_ document: RosterDocument, signers: [any Signer]) throws(RosterError) -> (pin: SHA256Digest, isComplete: Bool) {
        guard !versionPath(1).exists, !pendingPath.exists else { throw .alreadyThere(path) }
        do throws(FileError) { try path.createDirectory() } catch { throw .file(error) }
        return (document.digest, try settle(try Self.sign(document, signers), after: nil))
    }

    /// Signs the version that is to follow the chain's newest; returns whether it is in force or waits for more signatures.
    @discardableResult
    public func append(_ document: RosterDocument, to chain: RosterChain, signers: [any Signer]) throws(RosterError) -> Bool {
        guard !pendingPath.exists else { throw .pendingExists(path) }
        return try settle(try Self.sign(document, signers), after: chain.newest)
    }

    /// Adds a signature to the version that waits; returns whether it is in force now.
    @discardableResult
    public func signPending(after chain: RosterChain?, with signer: any Signer) throws(RosterError) -> Bool {
        let pending = try pending()
        var signatures: [(key: KeyID, bytes: Data)] = []
        for signature in pending.signatures {
            do { signatures.append((try KeyID(parsing: signature.keyHint), signature.bytes)) } catch { throw .cryptography(error) }
        }
        let keyID = signer.publicKey.keyID
        if !signatures.contains(where: { $0.key == keyID }) {
            do { signatures.append((keyID, try signer.sign(pending.preAuthenticationEncoding))) } catch { throw .cryptography(error) }
        }
        return try settle(Envelope(payloadType: pending.payloadType, payload: pending.payload, signatures: signatures), after: chain?.newest)
    }

    /// The envelope that waits for signatures.
    public func pending() throws(RosterError) -> Envelope {
        guard pendingPath.exists else { throw .noPending(path) }
        return try read(pendingPath)
    }

    /// The document that waits, for showing to whoever is to sign it.
    public func pendingDocument() throws(RosterError) -> RosterDocument {
        let payload = try pending().payload
        do throws(JSONObjectReader.Complaint) { return try RosterDocument(parsing: payload) } catch { throw .malformed(version: 0, error.text) }
    }

    /// Puts a version in force when its thresholds are met, else leaves it pending. Every other fault is thrown.
    private func settle(_ envelope: Envelope, after previous: RosterDocument?) throws(RosterError) -> Bool {
        let number = (previous?.version ?? 0) + 1
        do throws(RosterError) {
            _ = try RosterChain.verify(envelope, number: number, after: previous)
        } catch {
            guard case .threshold = error else { throw error }
            try write(envelope, to: pendingPath)
            return false
        }
        try write(envelope, to: versionPath(number))
        do throws(FileError) { try pendingPath.removeAll() } catch { throw .file(error) }
        return true
    }

    private static func sign(_ document: RosterDocument, _ signers: [any Signer]) throws(RosterError) -> Envelope {
        do throws(JSONObjectReader.Complaint) { try document.checkSense() } catch { throw .malformed(version: document.version, error.text) }
        let payload = document.payload
        let encoding = Envelope.preAuthenticationEncoding(type: RosterDocument.payloadType, payload: payload)
        var signatures: [(key: KeyID, bytes: Data)] = []
        for signer in signers {
            do { signatures.append((signer.publicKey.keyID, try signer.sign(encoding))) } catch { throw .cryptography(error) }
        }
        return Envelope(payloadType: RosterDocument.payloadType, payload: payload, signatures: signatures)
    }

    private func read(_ file: FilePath) throws(RosterError) -> Envelope {
        let bytes: Data
        do throws(FileError) { bytes = try file.contents(limit: 8 << 20) } catch { throw .file(error) }
        do { return try Envelope(parsing: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes) } catch { throw .provenance(error) }
    }

    private func write(_ envelope: Envelope, to file: FilePath) throws(RosterError) {
        do throws(FileError) { try file.replaceContents(with: envelope.line + [UInt8(ascii: "\n")]) } catch { throw .file(error) }
    }
}
