import COpenSSL
public import Foundation

/// What opens a key: never printed, and wiped when the last holder lets go.
// SAFETY: the bytes are written in `init` and wiped in `deinit`, and only read between them.
public final class Passphrase: @unchecked Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: UnsafeMutableRawBufferPointer

    /// Copies `text`; the caller's own copy stays the caller's to wipe.
    public init(_ text: some ContiguousBytes) throws(CryptographyError) {
        bytes = text.withUnsafeBytes { source in
            let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 1)
            copy.copyMemory(from: source)
            return copy
        }
        if bytes.isEmpty { throw .passphraseEmpty }
    }

    public convenience init(_ text: String) throws(CryptographyError) { try self.init(Array(text.utf8)) }

    deinit {
        OPENSSL_cleanse(bytes.baseAddress, bytes.count)
        bytes.deallocate()
    }

    func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value { body(UnsafeRawBufferPointer(bytes)) }

    /// Whether both are the same text, in constant time.
    public func equals(_ other: Passphrase) -> Bool {
        bytes.count == other.bytes.count && CRYPTO_memcmp(bytes.baseAddress, other.bytes.baseAddress, bytes.count) == 0
    }

    public var description: String { "(passphrase)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
