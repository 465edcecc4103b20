public import Basics
import Cryptography
import Files
import Foundation
public import SystemPackage

/// The newest version of a roster that has been seen: a file that makes its owner refuse an older chain, or another one, the next time.
public struct RosterMemory: Sendable {
    public struct Seen: Hashable, Sendable {
        public let version: Int
        public let digest: SHA256Digest
    }

    /// Holds a line, `VERSION SHA256`. One memory belongs to one pin.
    public let path: FilePath
    public init(_ path: FilePath) { self.path = path }

    /// Nil when the roster has never been seen.
    public func recall() throws(RosterError) -> Seen? {
        guard path.exists else { return nil }
        let text: String
        do throws(FileError) { text = try path.text(limit: 4096) } catch { throw .file(error) }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let version = Int(words[0]), let digest = SHA256Digest(parsing: words[1]) else { throw .memoryMalformed(path) }
        return Seen(version: version, digest: digest)
    }

    /// Holds a verified chain against what was seen, and remembers its newest version.
    public func remember(_ chain: RosterChain) throws(RosterError) {
        if let seen = try recall() {
            guard chain.newest.version >= seen.version else { throw .rollback(remembered: seen.version, found: chain.newest.version) }
            guard let same = chain.versions.first(where: { $0.version == seen.version }) else { throw .memoryMalformed(path) }
            guard same.digest == seen.digest else { throw .fork(version: seen.version, remembered: seen.digest, found: same.digest) }
            guard chain.newest.version > seen.version else { return }
        }
        do throws(FileError) {
            try path.removingLastComponent().createDirectory()
            try path.replaceContents(with: "\(chain.newest.version) \(chain.newest.digest)\n")
        } catch { throw .file(error) }
    }
}
