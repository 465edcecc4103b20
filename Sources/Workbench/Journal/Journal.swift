public import Basics
import Cryptography
public import Files
import Foundation
public import JSONReading
public import SystemPackage

/// The append-only record of a workspace: JSON Lines, each line holding the digest of the one before.
///
/// A line is on the disk before `append` returns. A line that was cut short by a kill or a full disk was never promised to
/// anyone: it is dropped at the next reading. Everything else that is not as it was written is an error.
public struct Journal: Sendable {
    public let path: FilePath
    public private(set) var entries: [JournalEntry]
    private var lastLine: SHA256Digest
    /// Where the next line begins; behind it there may be a cut line.
    private var length: Int

    /// Reads the journal at `path`, or begins an empty one if there is no file.
    public init(reading path: FilePath) throws(JournalError) {
        self.path = path
        entries = []
        lastLine = SHA256Digest(of: Data())
        length = 0
        guard path.exists else { return }
        let content: Data
        do { content = try path.contents(limit: 256 << 20) } catch { throw .file(error) }
        for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let end = line.endIndex - content.startIndex
            guard end < content.count else { break }
            let entry: JournalEntry
            do { entry = try StrictJSON.decode(JournalEntry.self, from: Data(line)) } catch {
                throw .unreadable(path, line: entries.count + 1, error)
            }
            guard entry.number == entries.count, entry.previous == lastLine else { throw .broken(path, line: entries.count + 1) }
            entries.append(entry)
            lastLine = SHA256Digest(of: Data(line))
            length = end + 1
        }
    }

    /// Adds one event and forces it to the disk. Only the holder of the workspace's lock may call it.
    public mutating func append(_ event: JournalEvent, at time: Timestamp = .now) throws(JournalError) {
        let entry = JournalEntry(number: entries.count, time: time, previous: lastLine, event: event)
        let line: Data
        do { line = try StrictJSON.encode(entry) } catch { throw .unreadable(path, line: entries.count + 1, error) }
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try file.closeAfter {
                // A cut line of an earlier run goes away before anything is written over it.
                guard ftruncate(file.rawValue, length) == 0 else { throw Errno(rawValue: errno) }
                try file.seek(offset: Int64(length), from: .start)
                _ = try file.writeAll(line + Data("\n".utf8))
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
        } catch {
            throw .file(.system(action: "write", path: path, errno: error as? Errno ?? .ioError))
        }
        entries.append(entry)
        lastLine = SHA256Digest(of: line)
        length += line.count + 1
    }

    /// SHA-256 of the last line: it stands for the whole journal, because each line holds the digest of the one before.
    public var head: SHA256Digest { lastLine }
}

public enum JournalError: Explained, Hashable {
    case file(FileError)
    case unreadable(FilePath, line: Int, JSONError)
    case broken(FilePath, line: Int)

    public var message: String {
        switch self {
        case .file(let error): error.message
        case .unreadable(let path, let line, let error): "line \(line) of the journal `\(path)` cannot be read: \(error.message)"
        case .broken(let path, let line): "line \(line) of the journal `\(path)` does not follow from the line before: the journal was changed"
        }
    }

    public var hint: String? {
        switch self {
        case .file(let error): error.hint
        case .unreadable, .broken: "a journal is only ever added to; bring back the file as it was, or open a new workspace"
        }
    }
}
