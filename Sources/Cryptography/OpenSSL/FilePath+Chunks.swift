import Files
import Foundation
import SystemPackage

extension FilePath {
    /// Reads the file from its start in pieces of at most a mebibyte, through one buffer that is used again and again.
    ///
    /// `body` gets bytes that are valid only during the call.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) -> Void) throws(FileError) {
        let file: FileDescriptor
        do { file = try FileDescriptor.open(self, .readOnly, options: .closeOnExec) } catch { throw readFailure(error) }
        defer { try? file.close() }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { buffer.deallocate() }
        while true {
            let count: Int
            do { count = try file.read(into: buffer) } catch { throw readFailure(error) }
            if count == 0 { return }
            body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private func readFailure(_ error: any Error) -> FileError {
        guard let errno = error as? Errno else { return .system(action: "read", path: self, errno: .ioError) }
        return errno == .noSuchFileOrDirectory ? .missing(self) : .system(action: "read", path: self, errno: errno)
    }
}
