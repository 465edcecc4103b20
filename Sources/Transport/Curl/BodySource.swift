import Files
import Foundation
import SystemPackage

/// The bytes of a request's body, read piece by piece as libcurl asks for them.
final class BodySource {
    private enum Kind {
        case bytes(Data)
        case file(FilePath, FileDescriptor)
    }

    private let kind: Kind
    private var position: Int64 = 0
    /// Fixed at the start: it is what the server was promised.
    let byteCount: Int64

    init(_ data: Data) {
        kind = .bytes(data)
        byteCount = Int64(data.count)
    }

    init(file path: FilePath) throws(TransportError) {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            kind = .file(path, descriptor)
            byteCount = try descriptor.seek(offset: 0, from: .end)
        } catch let error as Errno where error == .noSuchFileOrDirectory { throw .file(.missing(path)) } catch {
            throw .file(.system(action: "read", path: path, errno: error as? Errno ?? .ioError))
        }
    }

    deinit { if case .file(_, let descriptor) = kind { try? descriptor.close() } }

    /// Fills `buffer` as far as there are bytes; 0 at the end. A file that has become shorter is an error.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int {
        let wanted = Int(min(Int64(buffer.count), byteCount - position))
        guard wanted > 0 else { return 0 }
        let count: Int
        switch kind {
        case .bytes(let data):
            count = data.copyBytes(to: buffer, from: data.startIndex + Int(position)..<data.startIndex + Int(position) + wanted)
        case .file(let path, let descriptor):
            do {
                count = try descriptor.read(fromAbsoluteOffset: position, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
            } catch { throw .file(.system(action: "read", path: path, errno: error as? Errno ?? .ioError)) }
            guard count > 0 else { throw .file(.system(action: "read to its end, which it has lost,", path: path, errno: .ioError)) }
        }
        position += Int64(count)
        return count
    }

    /// False for a place that is not there.
    func seek(to offset: Int64) -> Bool {
        guard (0...byteCount).contains(offset) else { return false }
        position = offset
        return true
    }
}
