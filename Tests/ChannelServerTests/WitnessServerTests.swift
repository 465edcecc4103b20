import Basics
import ChannelServer
import Cryptography
import Files
import Foundation
import Ledger
import Synchronization
import SystemPackage
import Testing

/// tlog-witness's dialogue, spoken by a client that shares no code with the server.
@Suite struct WitnessServerTests {
    private struct Scene {
        let log: LogFolder
        let key: LogKey
        let witness: NoteKey
        let probe: HTTPProbe

        func grow(_ count: Int) throws {
            let size = Int(try log.checkpoint().checkpoint.size)
            _ = try log.append(leaves: (size..<(size + count)).map { Data("\($0)".utf8) }, key: key, isDeduplicating: false)
        }
        func ask(_ body: Data, _ method: String = "POST", _ path: String = "/add-checkpoint") async throws -> HTTPProbe.Answer {
            try await probe.request(method, path, body: Array(body))
        }
        /// The witness's line under the log's checkpoint, verified.
        func time(in answer: HTTPProbe.Answer) throws -> Timestamp? {
            let text = try log.checkpoint().note.text
            let note = SignedNote(text: text, signatures: try SignedNote.signatures(parsing: Data(answer.body), for: text))
            return try note.verified(by: witness) ?? nil
        }
    }

    private func run(_ body: @escaping @Sendable (Scene, FilePath) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            let (key, secret) = (try LogKey.generate(), try LogKey.generate())
            let log = try LogFolder.create(at: folder.appending("log"), origin: "example.org/l", key: key)
            let witness = try Witness(name: "w.example.org", key: secret, folder: folder.appending("witness"))
            let name = try witness.noteKey()
            let server = WitnessServer(witness, logs: [log.key])
            let (addresses, continuation) = AsyncStream<String>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    do { try await server.run(stopsOnSignals: false) { continuation.yield($0) } } catch is CancellationError {}
                }
                var iterator = addresses.makeAsyncIterator()
                let address = try #require(await iterator.next())
                try await body(Scene(log: log, key: key, witness: name, probe: HTTPProbe(address: address)), folder)
                group.cancelAll()
            }
        }
    }

    @Test func `a log that grows is signed, and one that asks from a stale size is told which it must prove from`() async throws {
        try await run { scene, folder in
            try scene.grow(3)
            let first = try await scene.ask(try scene.log.witnessRequest(from: 0).body)
            #expect(first.status == 200 && first.text.hasPrefix("— w.example.org ") && first.text.hasSuffix("\n"))
            #expect(try scene.time(in: first) != nil)
            // It is written down: another process of this witness knows it.
            let own = folder.appending("witness").appending(SHA256Digest(of: "example.org/l").hexadecimal).appending("checkpoint")
            #expect(try own.text() == (try scene.log.checkpoint().note.description))

            try scene.grow(297)
            let stale = try await scene.ask(try scene.log.witnessRequest(from: 0).body)
            #expect(stale.status == 409 && stale.text == "3\n" && stale.headers["content-type"] == "text/x.tlog.size")
            let second = try await scene.ask(try scene.log.witnessRequest(from: 3).body)
            #expect(second.status == 200)
            #expect(try scene.time(in: second) != nil)
            // The same head again is signed again.
            #expect(try await scene.ask(try scene.log.witnessRequest(from: 300).body).status == 200)
        }
    }

    @Test func `unknown logs, strange keys, impossible sizes, bad proofs and other histories have the answers of tlog-witness`() async throws {
        try await run { scene, folder in
            try scene.grow(5)
            #expect(try await scene.ask(try scene.log.witnessRequest(from: 0).body).status == 200)
            try scene.grow(2)
            let good = try scene.log.witnessRequest(from: 5)

            let other = try LogFolder.create(at: folder.appending("other"), origin: "example.org/other", key: scene.key)
            #expect(try await scene.ask(try other.witnessRequest(from: 0).body).status == 404)
            let stranger = try LogFolder.create(at: folder.appending("stranger"), origin: "example.org/l", key: try LogKey.generate())
            #expect(try await scene.ask(try stranger.witnessRequest(from: 0).body).status == 403)
            let forged = Data(String(decoding: good.body, as: UTF8.self).replacing("\n7\n", with: "\n8\n").utf8)
            #expect(try await scene.ask(forged).status == 403)
            #expect(try await scene.ask(WitnessRequest(oldSize: 9, proof: [], note: good.note).body).status == 400)
            #expect(try await scene.ask(WitnessRequest(oldSize: 5, proof: [], note: good.note).body).status == 422)
            #expect(try await scene.ask(WitnessRequest(oldSize: 5, proof: good.proof.reversed() + good.proof, note: good.note).body).status == 422)

            // Other histories by the log's own key: one of the same size, one that is larger.
            let fork = try LogFolder.create(at: folder.appending("fork"), origin: "example.org/l", key: scene.key)
            _ = try fork.append(leaves: (0..<5).map { Data("other \($0)".utf8) }, key: scene.key, isDeduplicating: false)
            let same = try await scene.ask(try fork.witnessRequest(from: 5).body)
            #expect(same.status == 409 && same.headers["content-type"] != "text/x.tlog.size")
            _ = try fork.append(leaves: [Data("more".utf8)], key: scene.key, isDeduplicating: false)
            #expect(try await scene.ask(try fork.witnessRequest(from: 5).body).status == 422)

            for (body, method, path, status) in [
                (Data("old 5\n".utf8), "POST", "/add-checkpoint", 400), (Data(), "POST", "/add-checkpoint", 400),
                (good.body.dropLast(), "POST", "/add-checkpoint", 400), (good.body, "PUT", "/add-checkpoint", 405), (good.body, "POST", "/", 404),
                (good.body, "POST", "/add-checkpoint/x", 404), (Data(count: 300 << 10), "POST", "/add-checkpoint", 413),
            ] { #expect(try await scene.ask(Data(body), method, path).status == status, "\(method) \(path) \(body.count)") }
            // After all of that it still signs what is right.
            #expect(try await scene.ask(good.body).status == 200)
        }
    }

    @Test func `two who ask at once never get signatures under two histories`() async throws {
        try await run { scene, folder in
            let fork = try LogFolder.create(at: folder.appending("fork"), origin: "example.org/l", key: scene.key)
            _ = try fork.append(leaves: (0..<4).map { Data("other \($0)".utf8) }, key: scene.key, isDeduplicating: false)
            try scene.grow(4)
            let bodies = [try scene.log.witnessRequest(from: 0).body, try fork.witnessRequest(from: 0).body]
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for turn in 0..<16 { group.addTask { try await scene.ask(bodies[turn % 2]).status } }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count(where: { $0 == 200 }) == 1 && statuses.count(where: { $0 == 409 }) == 15)
        }
    }
}
