import Cryptography
import Files
import Foundation
import Processes
import SystemPackage
import Testing

/// A real ssh-agent with keys from ssh-keygen.
@Suite struct AgentKeyTests {
    private func withAgent(_ types: [String], _ body: (FilePath, FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            let socket = folder.appending("agent")
            let started = try await Command("ssh-agent", ["-s", "-a", socket.string], timeout: .seconds(10)).output()
            let digits = try #require(started.split(separator: "SSH_AGENT_PID=").last).prefix { $0.isNumber }
            let process = try #require(pid_t(digits))
            defer { kill(process, SIGTERM) }
            for (index, type) in types.enumerated() {
                let words = type.split(separator: " ").map(String.init)
                let file = folder.appending("key\(index)").string
                _ = try await Command("ssh-keygen", ["-q", "-t"] + words + ["-N", "", "-C", "key \(index)", "-f", file], timeout: .seconds(20))
                    .output()
                let environment = ChildEnvironment.inherited(adding: ["SSH_AUTH_SOCK": socket.string])
                _ = try await Command("ssh-add", ["-q", file], environment: environment, timeout: .seconds(10)).output()
            }
            try await body(socket, folder)
        }
    }

    @Test func `signs in a real agent, and openssl verifies`() async throws {
        try await withAgent(["ed25519", "ecdsa -b 256", "ecdsa -b 384", "ecdsa -b 256"]) { socket, folder in
            let keys = try AgentKey.list(socket)
            #expect(keys.map(\.comment) == ["key 1", "key 3"])
            let key = try AgentKey.find(keys[1].publicKey.keyID, at: socket)
            // Enough signatures to meet numbers of every length that DER gives them.
            for number in 0..<40 {
                let data = Data("message \(number)".utf8)
                #expect(key.publicKey.verifies(signature: try key.sign(data), of: data))
            }
            let data = Data(repeating: 5, count: AgentKey.byteLimit)
            try folder.appending("data").replaceContents(with: data)
            try folder.appending("sig").replaceContents(with: try key.sign(data))
            try folder.appending("key.pem").replaceContents(with: key.publicKey.pem)
            #expect(try await Judge.openssl(["dgst", "-sha256", "-verify", "key.pem", "-signature", "sig", "data"], in: folder) == "Verified OK\n")
            #expect(throws: CryptographyError.self) { try key.sign(data + [0]) }
            let stranger = try SigningKey.generate().publicKey.keyID
            #expect(throws: CryptographyError.notInAgent(stranger)) { try AgentKey.find(stranger, at: socket) }
        }
    }

    @Test func `no agent is said to be no agent`() throws {
        #expect(throws: CryptographyError.self) { try AgentKey.list("/nonexistent/agent") }
        #expect(throws: CryptographyError.self) { try AgentKey.list(FilePath(String(repeating: "x", count: 200))) }
    }
}
