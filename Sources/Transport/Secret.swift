import Foundation

/// A token that is sent in a header and shown nowhere.
///
/// Its description, its mirror and every error say `(secret)`. The bytes are wiped when the last copy is gone.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let storage: Storage

    /// Takes a token as a person or a file gives it; white space around it is cut off.
    ///
    /// Throws `TransportError.badSecret` for an empty text and for bytes that cannot stand in a header. `$(NAME)`, which a
    /// CI service leaves where a secret was not defined, is no token either.
    public init(_ text: String) throws(TransportError) {
        let bytes = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        guard !bytes.isEmpty else { throw .badSecret(reason: "it is empty") }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .badSecret(reason: "it holds bytes that no token has") }
        guard !bytes.starts(with: "$(".utf8) else { throw .badSecret(reason: "it is a variable that nothing was put into") }
        guard bytes.count <= 8192 else { throw .badSecret(reason: "it is longer than 8192 bytes") }
        storage = Storage(bytes)
    }

    /// Lends the text to the one place that needs it, such as a file of tokens; never put it into an error or an argument.
    public func withText<Value, Failure: Error>(_ body: (String) throws(Failure) -> Value) throws(Failure) -> Value {
        try body(String(decoding: storage.bytes, as: UTF8.self))
    }

    /// `text` without this secret in it: servers repeat what they were sent.
    public func redacted(_ text: String) -> String {
        withText { secret in text.replacingOccurrences(of: secret, with: "(secret)") }
    }

    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value { body(UnsafeRawBufferPointer(storage.bytes)) }

    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }

    // SAFETY: the bytes are written in `init` and wiped in `deinit`, and only read between them.
    private final class Storage: @unchecked Sendable {
        let bytes: UnsafeMutableRawBufferPointer
        init(_ text: [UInt8]) {
            bytes = .allocate(byteCount: text.count, alignment: 1)
            bytes.copyBytes(from: text)
        }
        deinit {
            if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
            bytes.deallocate()
        }
    }
}
