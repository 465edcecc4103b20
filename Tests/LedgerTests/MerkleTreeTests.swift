import Basics
import Foundation
import Ledger
import Testing

@Suite struct MerkleTreeTests {
    static let leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    private func hashes(_ count: Int) throws -> [SHA256Digest] {
        try Self.leaves.prefix(count).map { MerkleTree.leafHash(try #require([UInt8](hexadecimal: $0))) }
    }

    @Test(arguments: 1...8) func `has the roots of RFC 6962's test tree`(size: Int) throws {
        #expect(MerkleTree.root(of: try hashes(size)[...]).hexadecimal == Self.roots[size - 1])
    }

    /// Every leaf of every tree up to 20 leaves, and every way to spoil one proof.
    @Test func `an inclusion proof proves its own leaf at its own place and nothing else`() throws {
        let all = (0..<20).map { MerkleTree.leafHash(Data("\($0)".utf8)) }
        for size in 1...20 {
            let root = MerkleTree.root(of: all[..<size])
            let source = Source(all: all)
            for index in 0..<size {
                let proof = MerkleTree.inclusionProof(of: UInt64(index), in: UInt64(size), from: source.hash)
                func verify(_ leaf: SHA256Digest, _ index: Int, _ size: Int, _ root: SHA256Digest, _ proof: [SHA256Digest]) throws(LedgerError) {
                    try MerkleTree.verifyInclusion(of: leaf, at: UInt64(index), in: UInt64(size), root: root, proof: proof)
                }
                #expect(throws: Never.self) { try verify(all[index], index, size, root, proof) }
                #expect(throws: LedgerError.self) { try verify(all[(index + 1) % 20], index, size, root, proof) }
                #expect(throws: LedgerError.self) { try verify(all[index], index, size, all[0] == root ? all[1] : all[0], proof) }
                #expect(throws: LedgerError.self) { try verify(all[index], index, size, root, proof + [root]) }
                #expect(throws: LedgerError.self) { try verify(all[index], size, size, root, proof) }
                if index > 0 { #expect(throws: LedgerError.self) { try verify(all[index], index - 1, size, root, proof) } }
                if !proof.isEmpty {
                    #expect(throws: LedgerError.self) { try verify(all[index], index, size, root, Array(proof.dropLast())) }
                    #expect(throws: LedgerError.self) { try verify(all[index], index, size, root, Array(proof.dropFirst())) }
                    for position in proof.indices {
                        var other = proof
                        other[position] = root
                        #expect(throws: LedgerError.self) { try verify(all[index], index, size, root, other) }
                    }
                }
            }
        }
    }

    @Test func `a consistency proof proves its own two trees and nothing else`() throws {
        let all = (0..<16).map { MerkleTree.leafHash(Data("\($0)".utf8)) }
        let source = Source(all: all)
        for new in 1...16 {
            for old in 1...new {
                let proof = MerkleTree.consistencyProof(from: UInt64(old), to: UInt64(new), from: source.hash)
                let roots = (MerkleTree.root(of: all[..<old]), MerkleTree.root(of: all[..<new]))
                func verify(_ old: Int, _ first: SHA256Digest, _ new: Int, _ second: SHA256Digest, _ proof: [SHA256Digest]) throws(LedgerError) {
                    try MerkleTree.verifyConsistency(from: UInt64(old), first, to: UInt64(new), second, proof: proof)
                }
                #expect(throws: Never.self) { try verify(old, roots.0, new, roots.1, proof) }
                #expect(throws: LedgerError.self) { try verify(old, MerkleTree.emptyRoot, new, roots.1, proof) }
                #expect(throws: LedgerError.self) { try verify(old, roots.0, new, MerkleTree.emptyRoot, proof) }
                #expect(throws: LedgerError.self) { try verify(old, roots.0, new, roots.1, proof + [roots.0]) }
                if !proof.isEmpty { #expect(throws: LedgerError.self) { try verify(old, roots.0, new, roots.1, Array(proof.dropLast())) } }
                if old < new { #expect(throws: LedgerError.self) { try verify(new, roots.0, old, roots.1, proof) } }
            }
        }
        #expect(throws: LedgerError.rootMismatch) {
            try MerkleTree.verifyConsistency(from: 0, all[0], to: 3, MerkleTree.root(of: all[..<3]), proof: [])
        }
    }

    /// Subtrees of leaves at hand.
    private struct Source {
        let all: [SHA256Digest]
        func hash(_ level: Int, _ index: UInt64) -> SHA256Digest {
            let start = Int(index) << level
            return MerkleTree.root(of: all[start..<(start + 1 << level)])
        }
    }
}
