import Basics
import Cryptography
import Files
import Foundation
import SystemPackage

/// A file that comes in piece by piece: written and hashed in one pass, so its size is no matter.
final class IncomingFile {
    let path: FilePath
    private let descriptor: FileDescriptor
    private var sha256: SHA256? = SHA256()
    private var md5: MD5? = MD5()
    private(set) var byteCount: Int64 = 0

    /// Begins a file, in place of one that never came to its end.
    init(at path: FilePath) throws(FileError) {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .ownerReadWrite)
        } catch { throw .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
    }

    deinit { try? descriptor.close() }

    func append(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        do { _ = try descriptor.writeAll(bytes) } catch { throw .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
        sha256?.update(bytes)
        md5?.update(bytes)
        byteCount += Int64(bytes.count)
    }

    /// Forces the file to the disk and says what it holds; to be called once.
    func finish() throws(FileError) -> FileDigests {
        guard fsync(descriptor.rawValue) == 0, let sha256 = sha256.take(), let md5 = md5.take() else {
            throw .system(action: "write", path: path, errno: Errno(rawValue: errno))
        }
        return FileDigests(sha256: sha256.finish(), md5: md5.finish(), byteCount: byteCount)
    }
}
