import Foundation
import SystemPackage

/// What a child reads: a file without a name, so that there is no pipe that it could leave half read and no SIGPIPE for us.
enum StandardInput {
    static func open(_ bytes: [UInt8]?) throws(Errno) -> FileDescriptor {
        do {
            guard let bytes else { return try FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec) }
            var template = [CChar](FileManager.default.temporaryDirectory.appendingPathComponent("hallmark-input-XXXXXX").path.utf8CString)
            let raw = mkstemp(&template)
            guard raw >= 0 else { throw Errno(rawValue: errno) }
            let file = FileDescriptor(rawValue: raw)
            unlink(template)
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
