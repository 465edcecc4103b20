import Basics
import Cryptography
import Files
import Foundation
import Ledger
import SystemPackage
import Testing

@Suite struct LogSnapshotTests {
    private func made(_ folder: FilePath, _ count: Int) throws -> (log: LogFolder, key: LogKey) {
        let key = try LogKey.generate()
        let log = try LogFolder.create(at: folder.appending("log"), origin: "example.org/l", key: key)
        if count > 0 { _ = try log.append(leaves: Vectors.entries(count), key: key, isDeduplicating: false) }
        return (log, key)
    }

    @Test func `every proof from one snapshot holds, and stays that of its checkpoint while the log grows`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, key) = try made(folder, 700)
            let snapshot = try log.snapshot()
            _ = try log.append(leaves: [Data("later".utf8)], key: key, isDeduplicating: false)
            var heads = VerifiedHeads(log.key)
            for (index, entry) in Vectors.entries(700).enumerated() {
                let proof = try snapshot.prove(index: UInt64(index))
                #expect(try proof.verify(leafHash: MerkleTree.leafHash(entry), in: log.key).checkpoint.size == 700)
                #expect(try heads.verify(proof.note) == snapshot.head)
            }
            for size in UInt64(1)...700 where size % 13 == 0 || size > 680 {
                let leaves = Vectors.entries(Int(size)).map { MerkleTree.leafHash($0) }
                let root = MerkleTree.root(of: leaves[...])
                #expect(try snapshot.root(at: size) == root)
                let proof = try snapshot.proveConsistency(from: size, to: 700)
                try MerkleTree.verifyConsistency(from: size, root, to: 700, snapshot.head.checkpoint.root, proof: proof)
            }
            #expect(throws: LedgerError.indexOutside(index: 700, size: 700)) { try snapshot.prove(index: 700) }
        }
    }

    @Test func `entries are read from anywhere on, and hashed to the signed root`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, _) = try made(folder, 600)
            let snapshot = try log.snapshot()
            for start in [0, 1, 255, 256, 257, 512, 599, 600] {
                var seen: [Data] = []
                try snapshot.readEntries(from: UInt64(start), after: try snapshot.root(at: UInt64(start))) { index, entry in
                    #expect(index == UInt64(start + seen.count))
                    seen.append(Data(entry))
                }
                #expect(seen == Array(Vectors.entries(600)[start...]))
            }
            #expect(throws: LedgerError.treeContradictsCheckpoint) {
                try snapshot.readEntries(from: 300, after: try snapshot.root(at: 299)) { _, _ in }
            }
            #expect(throws: LedgerError.rollback(remembered: 601, found: 600)) {
                try snapshot.readEntries(from: 601, after: snapshot.head.checkpoint.root) { _, _ in }
            }
        }
    }

    @Test func `an entry that was swapped for another is found by whoever reads the entries`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, _) = try made(folder, 300)
            for name in ["tile/entries/000", "tile/entries/001.p/44"] {
                let path = log.path.appending(name)
                let good = try path.contents()
                // The number of an entry, in which the lengths stay as they are.
                let index = try #require(good.lastIndex(of: UInt8(ascii: "}"))) - 1
                var bad = good
                bad[index] ^= 1
                try path.replaceContents(with: bad)
                #expect(throws: LedgerError.treeContradictsCheckpoint) { try log.entries() }
                try path.replaceContents(with: good)
            }
            #expect(try log.entries() == Vectors.entries(300))
        }
    }

    @Test func `a head that was verified is known by its very bytes, and every other one is verified`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, _) = try made(folder, 3)
            var heads = VerifiedHeads(log.key)
            let note = try log.checkpoint().note
            _ = try heads.verify(note)
            let bytes = Data(note.description.utf8)
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 1
                guard let other = try? SignedNote(parsing: changed) else { continue }
                #expect(throws: LedgerError.self, "byte \(index)") { try heads.verify(other) }
            }
            #expect(try heads.verify(note).checkpoint.size == 3)
        }
    }

    @Test func `what a killed append has left half written is swept by the next one`() throws {
        try TemporaryDirectory.withSync { folder in
            let (log, key) = try made(folder, 3)
            let scratch = log.path.appending(".new")
            try scratch.appending(".checkpoint.17.part").replaceContents(with: "half a check")
            try scratch.appending(".000.p.4.part").replaceContents(with: "half a tile")
            #expect(try log.verify().checkpoint.size == 3)
            _ = try log.append(leaves: [Data("next".utf8)], key: key, isDeduplicating: false)
            #expect(try scratch.children() == [])
            #expect(try log.verify().checkpoint.size == 4)
        }
    }
}
