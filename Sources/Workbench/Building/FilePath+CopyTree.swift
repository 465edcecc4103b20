import Files
import Foundation
import SystemPackage

extension FilePath {
    /// Copies a file, link or folder with its permissions; the target must not be there.
    ///
    /// The copy belongs to us: Foundation's copying would give it the original's owner and group, which without root is refused.
    func copyTree(to target: FilePath) throws(FileError) {
        do {
            if isSymbolicLink {
                let link = try FileManager.default.destinationOfSymbolicLink(atPath: string)
                try FileManager.default.createSymbolicLink(atPath: target.string, withDestinationPath: link)
                return
            }
        } catch { throw .system(action: "copy `\(string)` to", path: target, errno: .ioError) }
        guard isDirectory else { return try copyBytes(to: target) }
        try target.createDirectory()
        for child in try children() { if let name = child.lastComponent { try child.copyTree(to: target.appending(name)) } }
    }

    private func copyBytes(to target: FilePath) throws(FileError) {
        do {
            let source = try FileDescriptor.open(self, .readOnly, options: .closeOnExec)
            try source.closeAfter {
                var status = Foundation.stat()
                guard fstat(source.rawValue, &status) == 0 else { throw Errno(rawValue: Foundation.errno) }
                let copy = try FileDescriptor.open(
                    target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                    permissions: FilePermissions(rawValue: status.st_mode & 0o777))
                try copy.closeAfter {
                    var buffer = [UInt8](repeating: 0, count: 1 << 20)
                    while true {
                        let count = try buffer.withUnsafeMutableBytes { try source.read(into: $0) }
                        if count == 0 { break }
                        _ = try copy.writeAll(buffer[..<count])
                    }
                    guard fsync(copy.rawValue) == 0 else { throw Errno(rawValue: Foundation.errno) }
                }
            }
        } catch { throw .system(action: "copy `\(string)` to", path: target, errno: error as? Errno ?? .ioError) }
    }
}
