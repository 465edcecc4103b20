import Foundation
public import SystemPackage

/// `stat(2)` or `lstat(2)`; `FilePath` has members of these names, so they are called from outside of it.
private func status(of path: FilePath, following: Bool) -> Result<stat, Errno> {
    var status = stat()
    let result = following ? stat(path.string, &status) : lstat(path.string, &status)
    return result == 0 ? .success(status) : .failure(lastErrno())
}

/// The C structure, by a name that no member of `FilePath` has.
private typealias CStat = stat

private func lastErrno() -> Errno { Errno(rawValue: Foundation.errno) }

extension FilePath {
    /// The folder that relative paths start from.
    public static var currentDirectory: FilePath { FilePath(FileManager.default.currentDirectoryPath) }

    /// The absolute spelling, relative to the current folder, with `.` and `..` taken away as text.
    public var absolute: FilePath { (isAbsolute ? self : FilePath.currentDirectory.pushing(self)).lexicallyNormalized() }

    /// Follows links; false for a dangling one.
    public var exists: Bool { access(string, F_OK) == 0 }
    public var isDirectory: Bool { mode(following: true).map { $0 & S_IFMT == S_IFDIR } ?? false }
    public var isRegularFile: Bool { mode(following: true).map { $0 & S_IFMT == S_IFREG } ?? false }
    public var isSymbolicLink: Bool { mode(following: false).map { $0 & S_IFMT == S_IFLNK } ?? false }

    private func mode(following: Bool) -> mode_t? { try? status(of: self, following: following).get().st_mode }

    /// The size of the file in bytes.
    public func byteCount() throws(FileError) -> Int { Int(try measured().st_size) }

    /// When the file was last changed, to the second.
    public func modificationSeconds() throws(FileError) -> Int64 { Int64(try measured().st_mtim.tv_sec) }

    private func measured() throws(FileError) -> CStat {
        switch status(of: self, following: true) {
        case .success(let status): return status
        case .failure(let errno): throw failure("read", errno)
        }
    }

    /// Makes this folder and those above it; content when it is there already.
    public func createDirectory() throws(FileError) {
        do { try FileManager.default.createDirectory(atPath: string, withIntermediateDirectories: true) } catch {
            throw .system(action: "create the folder", path: self, errno: Self.errno(of: error))
        }
    }

    /// The folder's entries, sorted by their bytes, so that everything made from them is the same on every machine.
    public func children() throws(FileError) -> [FilePath] {
        guard exists else { throw .missing(self) }
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: string) } catch {
            throw .system(action: "list", path: self, errno: Self.errno(of: error))
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { appending($0) }
    }

    /// Removes the file, link or whole folder; content when it is not there.
    public func removeAll() throws(FileError) {
        guard exists || isSymbolicLink else { return }
        do { try FileManager.default.removeItem(atPath: string) } catch {
            throw .system(action: "remove", path: self, errno: Self.errno(of: error))
        }
    }

    /// Copies a file or folder; the target's folder must be there and the target must not.
    public func copyAll(to target: FilePath) throws(FileError) {
        do { try FileManager.default.copyItem(atPath: string, toPath: target.string) } catch {
            throw .system(action: "copy `\(string)` to", path: target, errno: Self.errno(of: error))
        }
    }

    /// Renames within one file system, replacing a file that is there.
    public func move(to target: FilePath) throws(FileError) {
        guard rename(string, target.string) == 0 else { throw .system(action: "move `\(string)` to", path: target, errno: lastErrno()) }
    }

    /// The bytes free to us on the file system that holds this path.
    public func freeBytes() throws(FileError) -> Int {
        var status = statvfs()
        guard statvfs(string, &status) == 0 else { throw failure("measure the disk of", lastErrno()) }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    private static func errno(of error: any Error) -> Errno {
        let error = error as NSError
        if error.domain == NSPOSIXErrorDomain { return Errno(rawValue: CInt(error.code)) }
        if let under = error.userInfo[NSUnderlyingErrorKey] as? NSError, under.domain == NSPOSIXErrorDomain {
            return Errno(rawValue: CInt(under.code))
        }
        switch CocoaError.Code(rawValue: error.code) {
        case .fileWriteOutOfSpace: return .noSpace
        case .fileWriteNoPermission, .fileReadNoPermission: return .permissionDenied
        case .fileNoSuchFile, .fileReadNoSuchFile: return .noSuchFileOrDirectory
        case .fileWriteFileExists: return .fileExists
        default: return .ioError
        }
    }
}
