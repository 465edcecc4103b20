import Foundation
public import SystemPackage

/// A lock on a folder itself (`flock(2)`), for folders whose files are somebody else's; held until it is released or the process ends.
public struct FolderLock: ~Copyable {
    private let descriptor: CInt
    private init(owning descriptor: CInt) { self.descriptor = descriptor }
    deinit {
        // Not by closing alone; see `FileLock`.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the lock at once or throws `FileError.locked`.
    public static func take(_ path: FilePath) throws(FileError) -> FolderLock {
        let descriptor = open(path.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw path.failure("open", Errno(rawValue: errno)) }
        let lock = FolderLock(owning: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .locked(path, holder: "another build") }
        return lock
    }

    /// Gives the lock back; the same as letting go of the value, but said.
    public consuming func release() {}
}
