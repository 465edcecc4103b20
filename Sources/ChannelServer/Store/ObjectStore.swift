import Basics
import Files
import Foundation
import SystemPackage

/// The files' bytes, each once, in a file named by its SHA-256 and never changed.
struct ObjectStore: Sendable {
    let folder: FilePath

    func path(of digest: SHA256Digest) -> FilePath {
        let name = digest.hexadecimal
        return folder.appending(String(name.prefix(2))).appending(name)
    }

    /// Moves a file that was hashed on its way in to its place; the same bytes are kept once.
    func adopt(_ file: FilePath, as digest: SHA256Digest) throws(FileError) {
        let target = path(of: digest)
        try target.removingLastComponent().createPrivateDirectory()
        try file.move(to: target)
        // A rename lasts only when the folder that holds it is on the disk.
        let descriptor = Foundation.open(target.removingLastComponent().string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(action: "open", path: target, errno: Errno(rawValue: errno)) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(action: "write", path: target, errno: Errno(rawValue: errno)) }
    }

}
