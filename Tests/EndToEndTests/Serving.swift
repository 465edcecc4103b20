import Files
import Foundation
import SystemPackage
import Testing

/// The channel server as a process of its own; it ends with the test.
final class Serving: Sendable {
    let address: String
    private let processID: pid_t

    private init(address: String, processID: pid_t) {
        self.address = address
        self.processID = processID
    }

    static func start(_ program: Program, _ arguments: [String], ready: FilePath) async throws -> Serving {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.executable.string)
        process.arguments = arguments
        process.environment = program.environment
        process.standardError = FileHandle.nullDevice
        try process.run()
        for _ in 0..<300 {
            if let address = try? ready.text().trimmingCharacters(in: .whitespacesAndNewlines), !address.isEmpty {
                return Serving(address: address, processID: process.processIdentifier)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        process.terminate()
        throw FileError.missing(ready)
    }

    func stop() { kill(processID, SIGTERM) }
}

/// A port of loopback that nobody listens on now.
enum FreePort {
    static func find() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(result)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
