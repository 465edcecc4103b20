import Files
import SystemPackage

/// What a child reads: a file without a name, so that there is no pipe that it could leave half read and no SIGPIPE for us.
enum StandardInput {
    static func open(_ bytes: [UInt8]?) throws(Errno) -> FileDescriptor {
        do {
            guard let bytes else { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
            let file = try UnnamedFile.open()
            do {
                _ = try file.writeAll(bytes)
                try file.seek(offset: 0, from: .start)
            } catch {
                try? file.close()
                throw error
            }
            return file
        } catch { throw error as? Errno ?? .ioError }
    }
}
