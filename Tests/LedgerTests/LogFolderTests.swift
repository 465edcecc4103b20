import Basics
import Cryptography
import Files
import Foundation
import Ledger
import Processes
import SystemPackage
import TestSupport
import Testing

@Suite struct LogFolderTests {
    @Test func `lays out the files of tlog-tiles and reaches the vectors' root, however the entries come`() throws {
        for step in [600, 97, 256] {
            try TemporaryDirectory.withSync { folder in
                let key = try Vectors.logKey()
                let log = try LogFolder.create(at: folder.appending("log"), origin: Vectors.origin, key: key)
                let entries = Vectors.entries(600)
                let count = 600
                for start in stride(from: 0, to: count, by: step) {
                    _ = try log.append(leaves: Array(entries[start..<min(start + step, count)]), key: key, isDeduplicating: false)
                }
                let verified = try log.verify()
                #expect(verified.checkpoint.size == UInt64(count))
                #expect(verified.checkpoint.root.bytes == Base64.decode(Vectors.root600).map(Array.init))
                for name in [
                    "checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/000", "tile/entries/001",
                    "tile/entries/002.p/88",
                ] { #expect(log.path.appending(name).exists, "\(name)") }
                #expect(try log.path.appending("tile/0/000").byteCount() == 8192)
                #expect(try log.entries() == entries)
                // The proof is the vector's, but for the witness's line, which a witness has to add.
                let proof = try log.prove(index: 517).text
                #expect(Vectors.proof517.hasPrefix(proof))
            }
        }
    }

    @Test func `verifies the vectors' proof, and no other entry with it`() throws {
        let key = try NoteKey(parsing: Vectors.logKeyText)
        let proof = try LogProof(parsing: Vectors.proof517)
        #expect(try proof.verify(leafHash: MerkleTree.leafHash(Vectors.entries(600)[517]), in: key).checkpoint.size == 600)
        #expect(throws: LedgerError.rootMismatch) { try proof.verify(leafHash: MerkleTree.leafHash(Vectors.entries(600)[516]), in: key) }
        #expect(proof.text == Vectors.proof517)
        let bytes = Array(Vectors.proof517.utf8)
        let leaf = MerkleTree.leafHash(Vectors.entries(600)[517])
        for count in 0..<bytes.count {
            guard let cut = try? LogProof(parsing: Data(bytes[..<count])) else { continue }
            // A cut at the end of the log's own line leaves a whole proof without its witness.
            #expect((try? cut.verify(leafHash: leaf, in: key)) == nil || Vectors.proof517.utf8.dropFirst(count).starts(with: "— witness".utf8))
        }
    }

    @Test func `grows by one checkpoint a call, and each is consistent with all before`() throws {
        try TemporaryDirectory.withSync { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder, origin: "example.org/l", key: key)
            var heads = [try log.checkpoint().checkpoint]
            for count in [1, 2, 5, 246, 1, 1, 1, 1, 300, 3] {
                let start = Int(heads.last?.size ?? 0)
                heads.append(
                    try log.append(leaves: (start..<(start + count)).map { Data("\($0)".utf8) }, key: key, isDeduplicating: false).checkpoint
                        .checkpoint)
            }
            let newest = try #require(heads.last)
            for head in heads {
                let proof = try log.proveConsistency(from: head.size)
                try MerkleTree.verifyConsistency(from: head.size, head.root, to: newest.size, newest.root, proof: proof)
            }
            for index in 0..<newest.size {
                _ = try log.prove(index: index).verify(leafHash: MerkleTree.leafHash(Data("\(index)".utf8)), in: log.key)
            }
        }
    }

    @Test func `an entry that is there keeps its place, and its leaf has one form`() throws {
        try TemporaryDirectory.withSync { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder, origin: "example.org/l", key: key)
            let signer = try SigningKey.generate()
            let entries = try (0..<3).map { number in
                let data = Data("\(number)".utf8)
                return LedgerEntry(signedDigest: SHA256Digest(of: data), signature: try signer.sign(data), key: signer.publicKey)
            }
            #expect(try log.append(entries, key: key).indices == [0, 1, 2])
            #expect(try log.append([entries[1], entries[1]], key: key).indices == [1, 1])
            #expect(try log.checkpoint().checkpoint.size == 3)
            _ = try log.prove(entries[2]).verify(entries[2], in: log.key)
            #expect(throws: LedgerError.rootMismatch) { try log.prove(entries[2]).verify(entries[1], in: log.key) }
            for bytes in try log.entries() { #expect(try LedgerEntry(parsing: bytes).bytes == bytes) }
            let bytes = entries[0].bytes
            #expect(throws: LedgerError.entryMalformed("it is not in its canonical form")) { try LedgerEntry(parsing: bytes + [0x20]) }
            for count in 0..<bytes.count { #expect(throws: LedgerError.self) { try LedgerEntry(parsing: bytes.prefix(count)) } }
            #expect(throws: LedgerError.alreadyThere(folder)) { try LogFolder.create(at: folder, origin: "example.org/l", key: key) }
            #expect(throws: LedgerError.entryTooLarge(byteCount: 70_000)) {
                try log.append(leaves: [Data(count: 70_000)], key: key, isDeduplicating: false)
            }
        }
    }

    @Test func `a changed byte in any file is found`() throws {
        try TemporaryDirectory.withSync { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder, origin: "example.org/l", key: key)
            _ = try log.append(leaves: (0..<300).map { Data("\($0)".utf8) }, key: key, isDeduplicating: false)
            for name in ["checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"] {
                let path = folder.appending(name)
                let good = try path.contents()
                for index in stride(from: 0, to: good.count, by: max(1, good.count / 6)) {
                    var bad = good
                    bad[index] ^= 1
                    try path.replaceContents(with: bad)
                    #expect(throws: LedgerError.self, "\(name) at \(index)") { try log.verify() }
                }
                try path.replaceContents(with: good)
            }
            _ = try log.verify()
        }
    }

    @Test func `an append that stops anywhere leaves the old log, and the next one goes through`() throws {
        try TemporaryDirectory.withSync { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder.appending("log"), origin: "example.org/l", key: key)
            _ = try log.append(leaves: (0..<250).map { Data("\($0)".utf8) }, key: key, isDeduplicating: false)
            let before = folder.appending("before")
            try log.path.copyAll(to: before)
            _ = try log.append(leaves: (250..<270).map { Data("\($0)".utf8) }, key: key, isDeduplicating: false)
            // A kill before the checkpoint: new tiles are there, the old checkpoint still counts.
            try log.path.appending("checkpoint").replaceContents(with: try before.appending("checkpoint").contents())
            #expect(try log.verify().checkpoint.size == 250)
            // The next append brings other entries, over the tiles that never counted.
            _ = try log.append(leaves: (0..<20).map { Data("other \($0)".utf8) }, key: key, isDeduplicating: false)
            #expect(try log.verify().checkpoint.size == 270)
            #expect(try log.entries().last == Data("other 19".utf8))
        }
    }

    @Test func `two appenders at once both get in`() async throws {
        try await TemporaryDirectory.with { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder, origin: "example.org/l", key: key)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<4 {
                    group.addTask { @concurrent in
                        for number in 0..<8 { _ = try log.append(leaves: [Data("\(worker) \(number)".utf8)], key: key, isDeduplicating: false) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try log.verify().checkpoint.size == 32)
            #expect(Set(try log.entries()).count == 32)
        }
    }

    @Test func `pymerkle reaches the same roots and proofs`() async throws {
        try await TemporaryDirectory.with { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder.appending("log"), origin: "example.org/l", key: key)
            _ = try log.append(leaves: Vectors.entries(300), key: key, isDeduplicating: false)
            let proof = try log.prove(index: 200)
            let script = """
                import sys
                from pymerkle import InmemoryTree, verify_inclusion
                tree = InmemoryTree(algorithm="sha256")
                for n in range(300): tree.append_entry(b'{"n":%d}' % n)
                print(tree.get_state().hex())
                print(" ".join(h.hex() for h in [bytes.fromhex(p) for p in tree.prove_inclusion(201).serialize()["path"][1:]]))
                """
            let python = Repository.root.appending(".tools/venv/bin/python").string
            let output = try await Command(python, ["-c", script], timeout: .seconds(30)).output()
            let lines = output.split(separator: "\n").map(String.init)
            #expect(lines.first == (try log.checkpoint().checkpoint.root.hexadecimal))
            #expect(lines.last?.split(separator: " ").map(String.init) == proof.hashes.map(\.hexadecimal))
        }
    }
}
