import Basics
import Cryptography
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage

/// The log of one cell: what its tests printed, line by line with the time and the stream.
///
/// A test that prints without end does not fill the disk: after `limit` bytes the rest is counted and left out.
final class CellLog: Sendable {
    private struct State {
        var file: FileDescriptor?
        var buffer: [UInt8] = []
        var written: Int64 = 0
        var dropped = 0
        var trouble: Errno?
    }

    let path: FilePath
    private let limit: Int64
    private let state: Mutex<State>

    init(at path: FilePath, limit: Int64 = 16 << 20) throws(FileError) {
        self.path = path
        self.limit = limit
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
            state = Mutex(State(file: file))
        } catch { throw .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
    }

    deinit { state.withLock { try? $0.file?.close() } }

    func append(_ line: OutputLine) { add("\(Self.time(line.time)) \(line.stream.rawValue) \(line.text)\n") }

    /// A line of our own, between the tests' output.
    func note(_ text: String) { add("\(Self.time(Date())) --- \(text)\n", always: true) }

    private func add(_ text: String, always: Bool = false) {
        state.withLock { state in
            guard always || state.written < limit else {
                state.dropped += 1
                return
            }
            state.buffer += text.utf8
            state.written += Int64(text.utf8.count)
            if state.buffer.count > 64 << 10 { Self.flush(&state) }
        }
    }

    private static func flush(_ state: inout State) {
        guard let file = state.file, state.trouble == nil else { return }
        do { try file.writeAll(state.buffer) } catch { state.trouble = error as? Errno ?? .ioError }
        state.buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left, gives the file its own name, which no later run takes, and says what it is.
    func finish(as target: FilePath) throws(FileError) -> CellResult.Log {
        let dropped = state.withLock { $0.dropped }
        if dropped > 0 { note("\(dropped) more lines were left out") }
        let trouble = state.withLock { state in
            Self.flush(&state)
            do { try state.file?.close() } catch { state.trouble = state.trouble ?? (error as? Errno) }
            state.file = nil
            return state.trouble
        }
        if let trouble { throw .system(action: "write", path: path, errno: trouble) }
        try path.move(to: target)
        let path = target
        return CellResult.Log(
            file: path.lastComponent?.string ?? "", sha256: try SHA256Digest(ofFile: path), byteCount: Int64(try path.byteCount()))
    }

    private static func time(_ date: Date) -> String {
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
        let rest = String(milliseconds % 1000)
        return Timestamp(seconds: milliseconds / 1000).description.dropLast() + "." + String(repeating: "0", count: 3 - rest.count) + rest + "Z"
    }
}
