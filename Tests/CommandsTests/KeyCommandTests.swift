import Cryptography
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// Keys that come from elsewhere: imported ones, and those in a real ssh-agent.
@Suite(.timeLimit(.minutes(5)))
struct KeyCommandTests {
    private func openssl(_ line: String, in folder: FilePath) async throws -> String {
        let words = line.split(separator: " ").map(String.init)
        let result = try await Command("openssl", words, workingDirectory: folder, timeout: .seconds(20)).run()
        try #require(result.exit == .exited(0), "\(line): \(result.errorText)")
        return result.outputText
    }

    @Test func `a key is imported from every form, locked anew with scrypt, and never one of another kind`() async throws {
        try await TemporaryDirectory.with { folder in
            let hallmark = Program(home: folder)
            try folder.appending("new").replaceContents(with: "a new one\n", permissions: .ownerReadWrite)
            try folder.appending("old").replaceContents(with: "an old one\n", permissions: .ownerReadWrite)
            for line in [
                "ecparam -name prime256v1 -genkey -noout -out ec.pem", "pkcs8 -topk8 -nocrypt -in ec.pem -out plain.pem",
                "pkcs8 -topk8 -in ec.pem -out locked.pem -passout file:old", "genpkey -algorithm ED25519 -out ed.pem",
                "ecparam -name secp384r1 -genkey -noout -out other.pem",
            ] { _ = try await openssl(line, in: folder) }
            let keygen = try await Command("ssh-keygen", ["-q", "-t", "ecdsa", "-N", "", "-f", "ssh.pem"], workingDirectory: folder).run()
            try #require(keygen.exit == .exited(0))
            for name in ["ec", "plain", "locked", "ed", "other"] { chmod(folder.appending("\(name).pem").string, 0o600) }
            func file(_ name: String) -> String { folder.appending(name).string }
            let given = ["--passphrase-file", file("new")]
            let public1 = try await openssl("ec -in ec.pem -pubout", in: folder)
            for name in ["ec", "plain"] {
                try await hallmark.run(["key", "import", file("\(name).pem"), file("\(name).key")] + given).expect(0)
                #expect(try folder.appending("\(name).key.pub.pem").text() == public1)
            }
            try await hallmark.run(["key", "import", file("locked.pem"), file("locked.key"), "--source-passphrase-file", file("old")] + given).expect(
                0)
            #expect(try folder.appending("locked.key.pub.pem").text() == public1)
            #expect(try await openssl("asn1parse -in locked.key", in: folder).isEmpty == false)
            #expect(try await openssl("pkey -in locked.key -passin file:new -pubout", in: folder) == public1)
            let text = try await openssl("asn1parse -inform PEM -in plain.key", in: folder)
            #expect(text.contains("scrypt") || text.contains("1.3.6.1.4.1.11591.4.11"))
            try await hallmark.run(["key", "import", file("ed.pem"), file("log.key"), "--ledger"] + given).expect(0)

            #expect(try await hallmark.run(["key", "import", file("ed.pem"), file("x")] + given).error.contains("P-256"))
            #expect(try await hallmark.run(["key", "import", file("other.pem"), file("x")] + given).code == 2)
            #expect(try await hallmark.run(["key", "import", file("ssh.pem"), file("x")] + given).error.contains("OpenSSH's own format"))
            #expect(
                try await hallmark.run(["key", "import", file("locked.pem"), file("x"), "--source-passphrase-file", file("new")] + given).code == 2)
            #expect(try await hallmark.run(["key", "import", file("ec.pem"), file("plain.key")] + given).error.contains("never written over"))
            chmod(file("ec.pem"), 0o644)
            #expect(try await hallmark.run(["key", "import", file("ec.pem"), file("x")] + given).error.contains("can be read by others"))
            #expect(!folder.appending("x").exists)
        }
    }

    /// A real agent of its own, ended with the closure.
    private func withAgent(_ folder: FilePath, _ body: (String) async throws -> Void) async throws {
        let socket = folder.appending("agent").string
        let started = try await Command("ssh-agent", ["-s", "-P", "/usr/lib/*", "-a", socket], timeout: .seconds(10)).output()
        let digits = try #require(started.split(separator: "SSH_AGENT_PID=").last).prefix { $0.isNumber }
        let process = try #require(pid_t(digits))
        defer { kill(process, SIGTERM) }
        try await body(socket)
    }

    @Test func `a key in an agent builds, reviews and keeps the roster, and stock openssl agrees`() async throws {
        try await TemporaryDirectory.with { folder in
            try await withAgent(folder) { socket in
                var scene = try await Scene(in: folder)
                scene.hallmark.environment["SSH_AUTH_SOCK"] = socket
                for name in ["eve", "frank"] {
                    _ = try await Command(
                        "ssh-keygen", ["-q", "-t", "ecdsa", "-b", "256", "-N", "", "-C", name, "-f", folder.appending(name).string],
                        timeout: .seconds(20)
                    ).output()
                    _ = try await Command(
                        "ssh-add", ["-q", folder.appending(name).string], environment: .inherited(adding: ["SSH_AUTH_SOCK": socket]),
                        timeout: .seconds(10)
                    ).output()
                }
                try await scene.grant("eve", "builder", "agent:eve")
                try await scene.grant("frank", "reviewer", "agent:frank")
                let pem = try await scene.hallmark(0, "key", "show", "agent:eve", "--pem").output
                let id = try await scene.hallmark(0, "key", "show", "agent:eve").lines[0]
                #expect(try PublicKey(pem: pem).keyID.description == id)
                #expect(try await scene.hallmark(0, "key", "show", "agent:\(id)").lines[0] == id)
                let unknown = try await scene.hallmark(2, "key", "show", "agent:nobody")
                #expect(unknown.error.contains("no P-256 key called `nobody`") && unknown.error.contains("`eve`"))

                // The artifact is larger than what an agent signs, so its plain signature is over its digest.
                let artifact = try await scene.package(padding: 400_000)
                try scene.sign(artifact, by: try AgentKey.find(named: "eve", at: FilePath(socket)), as: "eve")
                try await scene.keeper(0, "log", "append", scene.ledger, artifact.string)
                try await scene.hallmark(0, "verify", artifact.string)
                let explanation = try await scene.hallmark(0, "verify", artifact.string, "--explain")
                #expect(explanation.output.contains("openssl dgst -sha256 -binary"))
                let ran = try await Command(
                    "bash", ["-c", explanation.output], workingDirectory: artifact.removingLastComponent(), timeout: .seconds(60)
                ).run()
                #expect(ran.exit == .exited(0) && ran.outputText.contains("Verified OK"), "\(ran.outputText)\(ran.errorText)")
                var keeper = scene.keeper
                keeper.environment["SSH_AUTH_SOCK"] = socket
                try await keeper.run(["review", artifact.string, "--yes", "--key", "agent:frank", "--ledger", scene.ledger]).expect(0)
                try await scene.hallmark(0, "verify", artifact.string, "--release")
            }
        }
    }

    @Test func `a key on a token signs through the agent`() async throws {
        try await TemporaryDirectory.with { folder in
            try folder.appending("tokens").createDirectory()
            try folder.appending("softhsm2.conf").replaceContents(with: "directories.tokendir = \(folder)/tokens\nobjectstore.backend = file\n")
            let configuration = ChildEnvironment.inherited(adding: ["SOFTHSM2_CONF": folder.appending("softhsm2.conf").string])
            let module = "/usr/lib/softhsm/libsofthsm2.so"
            try folder.appending("pin").replaceContents(with: "#!/bin/sh\necho 123456\n", permissions: [.ownerReadWriteExecute])
            for (program, line) in [
                ("softhsm2-util", "--init-token --free --label hallmark --so-pin 654321 --pin 123456"),
                ("pkcs11-tool", "--module \(module) --login --pin 123456 --keypairgen --key-type EC:prime256v1 --label signing --id 01"),
            ] {
                let run = try await Command(program, line.split(separator: " ").map(String.init), environment: configuration, timeout: .seconds(30))
                    .run()
                try #require(run.exit == .exited(0), "\(program): \(run.errorText)")
            }
            let socket = folder.appending("agent").string
            let started = try await Command(
                "ssh-agent", ["-s", "-P", "/usr/lib/*", "-a", socket], environment: configuration, timeout: .seconds(10)
            ).output()
            let digits = try #require(started.split(separator: "SSH_AGENT_PID=").last).prefix { $0.isNumber }
            let process = try #require(pid_t(digits))
            defer { kill(process, SIGTERM) }
            let asking = ChildEnvironment.inherited(adding: [
                "SSH_AUTH_SOCK": socket, "SSH_ASKPASS": folder.appending("pin").string, "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0",
            ])
            let added = try await Command("ssh-add", ["-s", module], environment: asking, timeout: .seconds(30)).run()
            try #require(added.exit == .exited(0), "\(added.outputText)\(added.errorText)")
            let key = try #require(try AgentKey.list(FilePath(socket)).first)
            var hallmark = Program(home: folder)
            hallmark.environment["SSH_AUTH_SOCK"] = socket
            let pem = try await hallmark(0, "key", "show", "agent:\(key.publicKey.keyID)", "--pem").output
            #expect(pem == key.publicKey.pem)
            let made = try await hallmark.run([
                "roster", "init", folder.appending("roster").string, "--channel", "https://conda.example.org/forge", "--core",
                "carol=agent:\(key.publicKey.keyID)", "--key", "agent:\(key.publicKey.keyID)",
            ])
            try made.expect(0)
            try await hallmark(0, "roster", "show", "--roster", folder.appending("roster").string, "--roster-pin", made.lines[0])
        }
    }
}
