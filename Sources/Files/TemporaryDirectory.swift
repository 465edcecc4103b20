import Foundation
public import SystemPackage

/// A private folder (mode 0700) that is there for the length of a closure.
public enum TemporaryDirectory {
    /// Makes the folder in `parent` (the system's place for such folders if nil), runs `body`, and removes it, whatever happens.
    public static func with<Value, Failure: Error>(
        in parent: FilePath? = nil, _ body: (FilePath) async throws(Failure) -> Value
    ) async throws -> Value {
        let path = try make(in: parent)
        defer { try? path.removeAll() }
        return try await body(path)
    }

    /// The same for a body that does not wait.
    public static func withSync<Value, Failure: Error>(in parent: FilePath? = nil, _ body: (FilePath) throws(Failure) -> Value) throws -> Value {
        let path = try make(in: parent)
        defer { try? path.removeAll() }
        return try body(path)
    }

    private static func make(in parent: FilePath?) throws(FileError) -> FilePath {
        let parent = parent ?? FilePath(FileManager.default.temporaryDirectory.path)
        var template = [CChar](parent.appending("hallmark-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(action: "create a folder in", path: parent, errno: Errno(rawValue: errno)) }
        return FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}
