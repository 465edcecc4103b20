import Basics
import Files
public import Foundation
public import SystemPackage

/// A key that an ssh-agent holds: a file's, a smart card's or a token's, which never comes into this process.
///
/// The agent hashes with SHA-256 what it signs, so its `ecdsa-sha2-nistp256` signatures are the ones that OpenSSL verifies. Keys of
/// the kind `sk-` are passed over: they sign their own wrapping of the data.
public final class AgentKey: Signer {
    public let publicKey: PublicKey
    /// The agent's own note on the key, such as a file's name.
    public let comment: String
    private let blob: [UInt8]
    private let socket: FilePath

    /// The most that is sent to be signed; agents refuse messages of more than 256 KiB.
    public static let byteLimit = 200 << 10

    private init(publicKey: PublicKey, comment: String, blob: [UInt8], socket: FilePath) {
        self.publicKey = publicKey
        self.comment = comment
        self.blob = blob
        self.socket = socket
    }

    /// The P-256 keys of the agent that listens on `socket` (what `SSH_AUTH_SOCK` names).
    public static func list(_ socket: FilePath) throws(CryptographyError) -> [AgentKey] {
        var answer = try AgentConnection.ask([AgentMessage.requestIdentities], at: socket)
        guard answer.byte() == AgentMessage.identities, let count = answer.number() else { throw .agent("it gave no list of keys") }
        var keys: [AgentKey] = []
        for _ in 0..<count {
            guard let blob = answer.string(), let comment = answer.string() else { throw .agent("its list of keys breaks off") }
            if let key = Self.publicKey(in: blob) {
                keys.append(AgentKey(publicKey: key, comment: String(decoding: comment, as: UTF8.self), blob: blob, socket: socket))
            }
        }
        return keys
    }

    /// The agent's key of that id.
    public static func find(_ id: KeyID, at socket: FilePath) throws(CryptographyError) -> AgentKey {
        guard let key = try list(socket).first(where: { $0.publicKey.keyID == id }) else { throw .notInAgent(id) }
        return key
    }

    /// The agent's key that goes by `name`: its key id, or the comment that `ssh-add -l` shows.
    ///
    /// A comment proves nothing, so two keys with the same one are an error.
    public static func find(named name: String, at socket: FilePath) throws(CryptographyError) -> AgentKey {
        if let id = try? KeyID(parsing: name) { return try find(id, at: socket) }
        let keys = try list(socket)
        let named = keys.filter { $0.comment == name }
        guard named.count < 2 else { throw .agent("\(named.count) of its keys are called `\(name)`") }
        guard let key = named.first else { throw .notNamedInAgent(name, known: keys.map(\.comment)) }
        return key
    }

    /// An agent hashes what it signs by itself and takes no more than `byteLimit`: of a larger file it signs the 32 bytes of the SHA-256.
    public func sign(file path: FilePath) throws(CryptographyError) -> Data {
        let signed: Data
        do throws(FileError) {
            let isSmall = try path.byteCount() <= Self.byteLimit
            signed = isSmall ? try path.contents(limit: Self.byteLimit) : Data(try SHA256Digest(ofFile: path).bytes)
        } catch { throw .file(error) }
        return try sign(signed)
    }

    public func sign(_ data: Data) throws(CryptographyError) -> Data {
        guard data.count <= Self.byteLimit else { throw .agent("it cannot sign \(data.count) bytes; the limit is \(Self.byteLimit)") }
        let request = [AgentMessage.signRequest] + AgentMessage.framed(blob) + AgentMessage.framed(Array(data)) + [0, 0, 0, 0]
        var answer = try AgentConnection.ask(request, at: socket)
        guard answer.byte() == AgentMessage.signResponse, let wrapped = answer.string() else { throw .agent("it refused to sign") }
        var signature = AgentMessage(wrapped)
        guard signature.string() == Array("ecdsa-sha2-nistp256".utf8), let numbers = signature.string() else {
            throw .agent("it signed in another way than was asked")
        }
        var pair = AgentMessage(numbers)
        guard let r = pair.string(), let s = pair.string(), let der = Self.der(r, s), publicKey.verifies(signature: der, of: data) else {
            throw .agent("its signature is not this key's")
        }
        return der
    }

    /// The P-256 key in an agent's blob: type, curve, point (RFC 5656 §3.1).
    private static func publicKey(in blob: [UInt8]) -> PublicKey? {
        var fields = AgentMessage(blob)
        guard fields.string() == Array("ecdsa-sha2-nistp256".utf8), fields.string() == Array("nistp256".utf8), let point = fields.string(),
            point.count == 65
        else { return nil }
        return try? PublicKey(spki: PublicKey.prefix.dropLast() + point)
    }

    /// Two numbers as the SEQUENCE that X9.62 signatures are.
    private static func der(_ r: [UInt8], _ s: [UInt8]) -> Data? {
        func integer(_ bytes: [UInt8]) -> [UInt8]? {
            // The agent's numbers are minimal two's complement already, as DER's are.
            guard (1...33).contains(bytes.count), bytes[0] < 0x80 else { return nil }
            return [2, UInt8(bytes.count)] + bytes
        }
        guard let r = integer(r), let s = integer(s) else { return nil }
        return Data([0x30, UInt8(r.count + s.count)] + r + s)
    }
}
