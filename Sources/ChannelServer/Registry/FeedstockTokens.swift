import Basics
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage

/// The feedstocks' tokens, as conda-smithy registers them: salted scrypt hashes, several a feedstock.
///
/// A token is 64 hexadecimal digits; its hash is scrypt (N 16384, r 8, p 1) of that text, 256 bytes long.
struct FeedstockTokens: Sendable {
    private let tokens: FilePath

    /// `folder` holds `tokens/`.
    init(folder: FilePath) { tokens = folder.appending("tokens") }

    struct Entry: Codable {
        var salt: String
        var hashedToken: String
        var provider: String?
        var expiresAt: Double?

        enum CodingKeys: String, CodingKey {
            case salt, provider
            case hashedToken = "hashed_token"
            case expiresAt = "expires_at"
        }
    }

    private struct Registered: Codable {
        var tokens: [Entry]
    }

    private static let hashedCount = 256

    func exists(for feedstock: String) -> Bool { (try? path(of: feedstock).isRegularFile) ?? false }

    /// Makes a token and keeps its hash; the text is returned once and kept nowhere.
    func issue(for feedstock: String, provider: String? = nil) throws -> String {
        let path = try path(of: feedstock)
        try path.removingLastComponent().createPrivateDirectory()
        let text = try RandomBytes.make(32).hexadecimal
        let salt = try RandomBytes.make(64)
        let hash = try Scrypt.interactive.derive(secret: Array(text.utf8), salt: salt, byteCount: Self.hashedCount)
        let entry = Entry(salt: salt.hexadecimal, hashedToken: hash.hexadecimal, provider: provider)
        let known = path.exists ? try entries(at: path) : []
        try path.replaceContents(with: StrictJSON.encode(Registered(tokens: known + [entry]), pretty: true), permissions: .ownerReadWrite)
        return text
    }

    /// Whether `text` is a token of the feedstock that has not expired and is for this provider or for any.
    ///
    /// Takes tens of milliseconds for each registered token, on purpose: call it away from the pool that serves.
    func verifies(_ text: String, for feedstock: String, provider: String?, at time: Timestamp) throws -> Bool {
        guard text.utf8.count <= 1024 else { return false }
        let path = try path(of: feedstock)
        guard path.exists else { return false }
        var isValid = false
        for entry in try entries(at: path) {
            guard entry.provider == nil || entry.provider == provider, entry.expiresAt ?? .infinity > Double(time.seconds) else { continue }
            guard let salt = [UInt8](hexadecimal: entry.salt), let expected = [UInt8](hexadecimal: entry.hashedToken),
                salt.count == 64, expected.count == Self.hashedCount
            else { continue }
            let hash = try Scrypt.interactive.derive(secret: Array(text.utf8), salt: salt, byteCount: Self.hashedCount)
            // Every entry is tried, so that the time tells nothing about which one it was.
            if ConstantTime.equal(hash, expected) { isValid = true }
        }
        return isValid
    }

    private func entries(at path: FilePath) throws -> [Entry] {
        let data = try path.contents(limit: 1 << 20)
        // The oldest registrations are one bare entry.
        if try JSONValue(parsing: data)["tokens"] == nil { return [try StrictJSON.decode(Entry.self, from: data)] }
        return try StrictJSON.decode(Registered.self, from: data).tokens
    }

    private func path(of feedstock: String) throws(ChannelServerError) -> FilePath {
        guard RegistryName.isPlain(feedstock) else { throw .badName(what: "a feedstock's name", text: feedstock) }
        return tokens.appending(RegistryName.withoutSuffix(feedstock) + ".json")
    }
}
