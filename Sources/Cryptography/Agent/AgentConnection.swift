import Foundation
import SystemPackage

/// One question to an ssh-agent and its answer, over the agent's Unix socket.
enum AgentConnection {
    /// A token waits for its owner's touch, so an answer may take a while, but not for ever.
    static let timeoutSeconds = 60

    static func ask(_ message: [UInt8], at path: FilePath) throws(CryptographyError) -> AgentMessage {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .agent("no socket can be made") }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.string.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .agent("the path of its socket is too long") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        var limit = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard status == 0 else { throw .agent("nothing answers at `\(path)`") }
        try write(AgentMessage.framed(message), to: descriptor)
        let count = try read(4, from: descriptor).reduce(0) { $0 << 8 | Int($1) }
        guard (1...(1 << 20)).contains(count) else { throw .agent("its answer has an impossible length") }
        return AgentMessage(try read(count, from: descriptor))
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) throws(CryptographyError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .agent("it stopped listening") }
            sent += count
        }
    }

    private static func read(_ count: Int, from descriptor: CInt) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let part = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress?.advanced(by: received), count - received, 0) }
            if part < 0, errno == EINTR { continue }
            guard part > 0 else { throw .agent("it gave no whole answer") }
            received += part
        }
        return bytes
    }
}
