import Foundation
public import SystemPackage

/// A file that no folder names: it takes disk while it is open, and is gone when it is closed, even by a kill.
public enum UnnamedFile {
    /// Opens one in the system's place for temporary files, for reading and writing. The caller closes it; no child inherits it.
    public static func open() throws(Errno) -> FileDescriptor {
        // Opened with the flag rather than given it afterwards, as by `mkstemp`: a child that another thread starts in between would keep it.
        let name = "hallmark-" + String(UInt64.random(in: .min ... .max), radix: 36)
        let path = FilePath(FileManager.default.temporaryDirectory.path).appending(name)
        do {
            let file = try FileDescriptor.open(path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            unlink(path.string)
            return file
        } catch { throw error as? Errno ?? .ioError }
    }
}
