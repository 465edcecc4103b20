import Files
import Foundation
import Processes
import Synchronization
public import SystemPackage

extension VagrantMachine {
    /// Brings a file of the machine to us: through the output of a command, because Vagrant itself only copies into machines.
    ///
    /// The caller compares the digest. A name with a quote in it is refused.
    public func download(_ source: String, to target: FilePath, timeout: Duration = .seconds(3600)) async throws(MachineError) {
        guard !source.contains(where: { "'\"%!\n\r".contains($0) }) else {
            throw .refused(action: "bring `\(source)` out of the machine", reason: "its name holds a quote")
        }
        // Each line is whole by itself: as many characters as the bytes of a multiple of three make.
        let text =
            switch shell {
            case .ssh: "base64 < '\(source)' | tr -d '\\n' | fold -w 40000"
            case .winrm:
                "powershell -NoProfile -NonInteractive -Command \"$f=[IO.File]::OpenRead('\(source)');$b=New-Object byte[] 30000;"
                    + "while(($n=$f.Read($b,0,30000)) -gt 0){[Convert]::ToBase64String($b,0,$n)}\""
            }
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(target, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite])
        } catch { throw .file(.system(action: "write", path: target, errno: error as? Errno ?? .ioError)) }
        defer { try? file.close() }
        let trouble = Mutex<MachineError?>(nil)
        let exit = try await run(text, timeout: timeout) { line in
            guard line.stream == .output, !line.text.isEmpty else { return }
            trouble.withLock { trouble in
                guard trouble == nil else { return }
                guard let bytes = Data(base64Encoded: line.text) else {
                    trouble = .notUnderstood(action: "bring `\(source)` out of the machine")
                    return
                }
                do { try file.writeAll(bytes) } catch {
                    trouble = .file(.system(action: "write", path: target, errno: error as? Errno ?? .ioError))
                }
            }
        }
        if let trouble = trouble.withLock({ $0 }) { throw trouble }
        guard exit.isSuccess else { throw .refused(action: "bring `\(source)` out of the machine", reason: exit.description) }
    }
}
