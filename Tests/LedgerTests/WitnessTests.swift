import Basics
import Cryptography
import Files
import Foundation
import Ledger
import SystemPackage
import Testing

@Suite struct WitnessTests {
    /// A log with `count` entries and a witness.
    private func made(_ folder: FilePath, _ count: Int) throws -> (log: LogFolder, key: LogKey, witness: Witness) {
        let key = try LogKey.generate()
        let log = try LogFolder.create(at: folder.appending("log"), origin: "example.org/l", key: key)
        if count > 0 { _ = try log.append(leaves: Vectors.entries(count), key: key, isDeduplicating: false) }
        return (log, key, try Witness(name: "w.example.org", key: try LogKey.generate(), folder: folder.appending("witness")))
    }

    @Test func `a witness signs a growing log, and its signature says when`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, key, witness) = try made(folder, 5)
            for (count, time) in [(5, 1000), (9, 2000), (300, 3000)] {
                let size = try log.checkpoint().checkpoint.size
                if UInt64(count) > size { _ = try log.append(leaves: Array(Vectors.entries(count)[Int(size)...]), key: key, isDeduplicating: false) }
                let request = try log.witnessRequest(from: try witness.knownSize(of: log.key))
                let again = try WitnessRequest(parsing: request.body)
                #expect(again == request)
                let signature = try witness.cosign(again, of: log.key, at: Timestamp(seconds: Int64(time)))
                let head = try log.add(signature, of: witness.noteKey())
                #expect(try head.note.verified(by: witness.noteKey()) == .some(Timestamp(seconds: Int64(time))))
                #expect(head.note.signatures.count == 2)
                #expect(try witness.knownSize(of: log.key) == UInt64(count))
            }
        }
    }

    @Test func `a witness signs no other past, no step back and no log that it does not know`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, key, witness) = try made(folder, 5)
            _ = try witness.cosign(try log.witnessRequest(from: 0), of: log.key)
            #expect(throws: LedgerError.witnessKnowsOther(size: 5)) { try witness.cosign(try log.witnessRequest(from: 0), of: log.key) }

            // The same key signs another history.
            let other = try LogFolder.create(at: folder.appending("other"), origin: "example.org/l", key: key)
            _ = try other.append(leaves: (0..<7).map { Data("other \($0)".utf8) }, key: key, isDeduplicating: false)
            do {
                _ = try witness.cosign(try other.witnessRequest(from: 5), of: log.key)
                Issue.record("the witness signed two histories")
            } catch {
                guard case .splitView(let one, let two) = error as? LedgerError else { throw error }
                #expect(one.hasPrefix("example.org/l\n5\n") && two.hasPrefix("example.org/l\n7\n"))
            }
            let small = try LogFolder.create(at: folder.appending("small"), origin: "example.org/l", key: key)
            let back = WitnessRequest(oldSize: 5, proof: [], note: try small.checkpoint().note)
            #expect(throws: LedgerError.rollback(remembered: 5, found: 0)) { try witness.cosign(back, of: log.key) }
            let stranger = try NoteKey(name: "example.org/l", kind: .log, key: LogKey.generate().publicKey)
            #expect(throws: LedgerError.self) { try witness.cosign(try log.witnessRequest(from: 5), of: stranger) }
            #expect(try witness.knownSize(of: log.key) == 5)
        }
    }

    @Test func `a request that is cut or changed is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, key, witness) = try made(folder, 5)
            _ = try witness.cosign(try log.witnessRequest(from: 0), of: log.key)
            _ = try log.append(leaves: [Data("new".utf8)], key: key, isDeduplicating: false)
            let body = try log.witnessRequest(from: 5).body
            for count in 0..<body.count {
                #expect(throws: LedgerError.self) { try witness.cosign(try WitnessRequest(parsing: body.prefix(count)), of: log.key) }
            }
            for index in body.indices {
                var changed = body
                changed[index] ^= 1
                #expect(throws: LedgerError.self) { try witness.cosign(try WitnessRequest(parsing: changed), of: log.key) }
            }
            _ = try witness.cosign(try WitnessRequest(parsing: body), of: log.key)
        }
    }

    @Test func `a memory keeps the largest head and finds the split`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, key, _) = try made(folder, 3)
            let memory = CheckpointMemory(folder.appending("memory"))
            #expect(try memory.recall(log.key) == nil)
            let small = try log.checkpoint()
            try memory.remember(small, of: log.key) { _, _ in [] }
            _ = try log.append(leaves: [Data("x".utf8)], key: key, isDeduplicating: false)
            let large = try log.checkpoint()
            try memory.remember(large, of: log.key) { from, to throws(LedgerError) in try log.proveConsistency(from: from, to: to) }
            try memory.remember(small, of: log.key) { from, to throws(LedgerError) in try log.proveConsistency(from: from, to: to) }
            #expect(try memory.recall(log.key) == large)
            let fork = try LogFolder.create(at: folder.appending("fork"), origin: "example.org/l", key: key)
            _ = try fork.append(leaves: (0..<4).map { Data("fork \($0)".utf8) }, key: key, isDeduplicating: false)
            #expect(throws: LedgerError.splitView(one: large.note.description, other: try fork.checkpoint().note.description)) {
                try memory.remember(try fork.checkpoint(), of: log.key) { _, _ in [] }
            }
        }
    }

    @Test func `a policy counts witnesses and takes the time of the last one needed`() throws {
        let log = try LogKey.generate()
        let keys = try (1...3).map { _ in try LogKey.generate() }
        let names = try keys.enumerated().map { try NoteKey(name: "w\($0 + 1).example.org", kind: .witness, key: $1.publicKey) }
        let text = """
            # two of three
            log \(try NoteKey(name: "example.org/l", kind: .log, key: log.publicKey)) https://example.org
            witness one \(names[0]) https://w1.example.org
            witness two \(names[1])
            witness three \(names[2])
            group all-three 2 one two three
            quorum all-three
            """
        let policy = try LogPolicy(parsing: text)
        var note = try SignedNote(text: Checkpoint(origin: "example.org/l", size: 0, root: MerkleTree.emptyRoot).text, signatures: [])
            .signed(by: log, name: "example.org/l")
        #expect(try !policy.testimony(of: note).isQuorumMet)
        note = try note.cosigned(by: keys[0], name: "w1.example.org", at: Timestamp(seconds: 100))
        #expect(try !policy.testimony(of: note).isQuorumMet)
        // The same witness twice is one witness.
        #expect(try !policy.testimony(of: note.cosigned(by: keys[0], name: "w1.example.org", at: Timestamp(seconds: 101))).isQuorumMet)
        note = try note.cosigned(by: keys[2], name: "w3.example.org", at: Timestamp(seconds: 300))
        #expect(try policy.testimony(of: note).time == Timestamp(seconds: 300))
        note = try note.cosigned(by: keys[1], name: "w2.example.org", at: Timestamp(seconds: 200))
        let testimony = try policy.testimony(of: note)
        #expect(testimony.times.keys.sorted() == ["one", "three", "two"] && testimony.isQuorumMet && testimony.time == Timestamp(seconds: 200))
        let nobody = try LogPolicy(parsing: "quorum none\n").testimony(of: note)
        #expect(nobody.isQuorumMet && nobody.time == nil && nobody.times.isEmpty)
        for (old, new) in [
            ("quorum all-three", ""), ("quorum all-three", "quorum other"), ("all-three 2", "all-three 4"), ("all-three 2", "all-three 0"),
            ("one two three", "one two four"), ("one two three", "one one two"), ("group all-three", "group one"), ("witness two", "witness one"),
            ("quorum all-three", "quorum all-three\nquorum none"), ("# two", "% two"), (names[1].description, names[0].description),
            (names[1].description, log.publicKey.bytes.hexadecimal),
        ] { #expect(throws: LedgerError.self, "\(old) -> \(new)") { try LogPolicy(parsing: text.replacing(old, with: new)) } }
    }
}
