public import Basics
import Files
public import Foundation
public import SystemPackage

extension LogFolder {
    /// The most that is read of one object.
    public static let objectByteLimit = 8 << 20

    /// Where the signed document behind a leaf lies: `objects/<leaf hash>.json`.
    ///
    /// By the leaf's hash and not by the document's own, so that whoever reads the log finds the document of each entry with one look, and sees at
    /// once when one is withheld.
    public func objectPath(of leaf: SHA256Digest) -> FilePath { path.appending("objects").appending("\(leaf.hexadecimal).json") }

    /// Keeps the document behind a leaf; to be called before the leaf is appended, so that no leaf is ever without its document.
    public func keep(_ object: Data, of leaf: SHA256Digest) throws(LedgerError) {
        let path = objectPath(of: leaf)
        do throws(FileError) {
            if path.exists, try path.contents(limit: Self.objectByteLimit) == object { return }
            try path.removingLastComponent().createDirectory()
        } catch { throw .file(error) }
        try locked { () throws(LedgerError) in try write(object, to: path) }
    }

    /// The document behind a leaf, unverified; nil when it is not there.
    public func object(of leaf: SHA256Digest) throws(LedgerError) -> Data? {
        let path = objectPath(of: leaf)
        guard path.exists else { return nil }
        do throws(FileError) { return try path.contents(limit: Self.objectByteLimit) } catch { throw .file(error) }
    }
}
