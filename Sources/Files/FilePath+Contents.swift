public import Foundation
public import SystemPackage

extension FilePath {
    /// The whole file. `limit` is in bytes and is checked while reading, not by the size that the file claims.
    public func contents(limit: Int = 64 << 20) throws(FileError) -> Data {
        let file: FileDescriptor
        do { file = try FileDescriptor.open(self, .readOnly, options: .closeOnExec) } catch { throw failure("read", error) }
        defer { try? file.close() }
        var data = Data()
        // As large as the file says that it is, and a byte more to meet its end: most files are small.
        let size = (try? byteCount()) ?? 0
        var buffer = [UInt8](repeating: 0, count: min(max(size, 4 << 10), 256 << 10) + 1)
        while true {
            let count: Int
            do { count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) } } catch { throw failure("read", error) }
            if count == 0 { return data }
            guard data.count + count <= limit else { throw .tooLarge(self, limit: limit) }
            data.append(contentsOf: buffer[..<count])
        }
    }

    /// The whole file as text; bytes that are not UTF-8 become U+FFFD, so use it for showing, not for what is verified.
    public func text(limit: Int = 64 << 20) throws(FileError) -> String {
        String(decoding: try contents(limit: limit), as: UTF8.self)
    }

    /// Writes a new file beside this one, forces it to the disk, and renames it here: readers see all of it or nothing.
    ///
    /// A failure leaves what was here before and no half file; a kill may leave one, in `folder` (of the same file system) where that is named.
    public func replaceContents(
        with data: Data, through folder: FilePath? = nil, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    ) throws(FileError) {
        let name = lastComponent?.string ?? ""
        let temporary = (folder ?? removingLastComponent()).appending(".\(name).\(UInt64.random(in: 0...UInt64.max)).part")
        do {
            let file = try FileDescriptor.open(temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: permissions)
            try file.closeAfter {
                _ = try file.writeAll(data)
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(temporary.string, string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            unlink(temporary.string)
            throw failure("write", error)
        }
    }

    public func replaceContents(with text: String, permissions: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]) throws(FileError) {
        try replaceContents(with: Data(text.utf8), permissions: permissions)
    }

    func failure(_ action: String, _ error: any Error) -> FileError {
        guard let errno = error as? Errno else { return .system(action: action, path: self, errno: .ioError) }
        return errno == .noSuchFileOrDirectory && action == "read" ? .missing(self) : .system(action: action, path: self, errno: errno)
    }
}
