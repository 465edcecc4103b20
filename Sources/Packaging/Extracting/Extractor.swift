import Files
import Foundation
import SystemPackage

/// Writes members below one folder, opening every folder on the way without following links.
///
/// The gate has refused all that could lead out; this holds even if the gate were wrong.
struct Extractor: MemberVisitor {
    private let root: FilePath
    private let rootFolder: OpenFolder
    private var parent: (path: String, folder: OpenFolder)
    private var file: FileDescriptor?

    init(root: FilePath) throws(PackagingError) {
        self.root = root
        let descriptor = open(root.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", root) }
        rootFolder = OpenFolder(descriptor)
        parent = ("", rootFolder)
    }

    mutating func begin(_ member: ArtifactMember) throws(PackagingError) {
        let (folder, name) = try place(of: member.path)
        let path = root.appending(member.path)
        switch member.kind {
        case .directory:
            guard mkdirat(folder.descriptor, name, 0o755) == 0 || errno == EEXIST else { throw Self.failure("create the folder", path) }
        case .symbolicLink(let target):
            guard symlinkat(target, folder.descriptor, name) == 0 else { throw Self.failure("create", path) }
        case .hardLink(let target):
            let (targetFolder, targetName) = try self.folder(above: target)
            guard linkat(targetFolder.descriptor, targetName, folder.descriptor, name, 0) == 0 else { throw Self.failure("create", path) }
        case .file:
            let mode = mode_t(member.mode & 0o777 | 0o600)
            let descriptor = openat(folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            guard descriptor >= 0 else { throw Self.failure("create", path) }
            file = FileDescriptor(rawValue: descriptor)
        }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(PackagingError) {
        guard let file else { return }
        do { _ = try file.writeAll(bytes) } catch { throw .file(.system(action: "write into", path: root, errno: error as? Errno ?? .ioError)) }
    }

    mutating func end(_ member: ArtifactMember) throws(PackagingError) {
        guard let file else { return }
        self.file = nil
        let times = [timespec(tv_sec: time_t(member.modified), tv_nsec: 0), timespec(tv_sec: time_t(member.modified), tv_nsec: 0)]
        // The umask may have taken bits away that a program in the package needs.
        let result = fchmod(file.rawValue, mode_t(member.mode & 0o777 | 0o600)) == 0 && futimens(file.rawValue, times) == 0
        let errno = Errno(rawValue: Foundation.errno)
        do { try file.close() } catch { throw Self.failure("write", root.appending(member.path)) }
        guard result else { throw .file(.system(action: "write", path: root.appending(member.path), errno: errno)) }
    }

    /// The open folder that holds `path`, made where it is not there, and the path's last part.
    private mutating func place(of path: String) throws(PackagingError) -> (OpenFolder, String) {
        let parts = path.split(separator: "/")
        let above = parts.dropLast().joined(separator: "/")
        if above != parent.path { parent = (above, try self.folder(above: path).0) }
        return (parent.folder, String(parts.last ?? ""))
    }

    private func folder(above path: String) throws(PackagingError) -> (OpenFolder, String) {
        let parts = path.split(separator: "/").map(String.init)
        var folder = rootFolder
        for part in parts.dropLast() {
            guard mkdirat(folder.descriptor, part, 0o755) == 0 || errno == EEXIST else {
                throw Self.failure("create the folder", root.appending(path))
            }
            let next = openat(folder.descriptor, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { throw Self.failure("open the folder above", root.appending(path)) }
            folder = OpenFolder(next)
        }
        return (folder, parts.last ?? "")
    }

    private static func failure(_ action: String, _ path: FilePath) -> PackagingError {
        .file(.system(action: action, path: path, errno: Errno(rawValue: errno)))
    }
}

/// A folder's descriptor, closed with its last owner.
private final class OpenFolder {
    let descriptor: CInt
    init(_ descriptor: CInt) { self.descriptor = descriptor }
    deinit { close(descriptor) }
}
