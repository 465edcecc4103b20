import Foundation
public import SystemPackage

/// A lock on a file, held until it is released or the process ends, however it ends (`flock(2)`).
///
/// The file names its holder, so that the one who is refused learns who and where.
public struct FileLock: ~Copyable {
    private let descriptor: CInt
    private init(owning descriptor: CInt) { self.descriptor = descriptor }
    deinit {
        // Not by closing alone: a child that is being started by another thread has the descriptor too until it runs its program, and would keep the lock.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the lock at once or throws `FileError.locked` with the text that the holder left.
    public static func take(_ path: FilePath, holder: String) throws(FileError) -> FileLock {
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw path.failure("open", Errno(rawValue: errno)) }
        let lock = FileLock(owning: descriptor)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let text = (try? path.text(limit: 4096))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            throw .locked(path, holder: text.isEmpty ? "another process" : text)
        }
        ftruncate(descriptor, 0)
        _ = holder.utf8.withContiguousStorageIfAvailable { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        return lock
    }

    /// Gives the lock back; the same as letting go of the value, but said.
    public consuming func release() {}
}
