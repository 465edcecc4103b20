import Basics
import Cryptography
import Files
import Foundation
import Ledger
import Provenance
import SystemPackage

/// Measures verification and the ledger, and prints a line of JSON for each measurement: `trust-bench evidence COUNT` or `trust-bench ledger LEAVES`.
@main struct TrustBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 1000
        try TemporaryDirectory.withSync { folder in
            switch arguments.first {
            case "evidence": try evidence(count, in: folder)
            case "ledger": try ledger(count, in: folder)
            default: print("usage: trust-bench evidence|ledger COUNT")
            }
        }
    }

    private static func evidence(_ count: Int, in folder: FilePath) throws {
        let evidences = try Evidences(count, in: folder)
        for _ in 0..<3 {
            var accepted = 0
            let seconds = try time { accepted = try evidences.verify() }
            precondition(accepted == count, "\(accepted) of \(count) were accepted")
            report("evidence files verified", count, seconds)
            // The signature part alone: envelopes read before, each verified and its statement read.
            let signatures = try time { for envelope in evidences.envelopes { _ = try envelope.verified(by: evidences.keys) } }
            report("envelopes verified", evidences.envelopes.count, signatures)
            let encodings = evidences.envelopes.map { ($0.preAuthenticationEncoding, $0.signatures[0]) }
            let keys = Dictionary(uniqueKeysWithValues: evidences.keys.map { ($0.keyID.description, $0) })
            var good = 0
            let bare = time {
                for (encoding, signature) in encodings where keys[signature.keyHint]?.verifies(signature: signature.bytes, of: encoding) == true {
                    good += 1
                }
            }
            precondition(good == encodings.count)
            report("signatures verified", good, bare)
        }
    }

    private static func ledger(_ count: Int, in folder: FilePath) throws {
        let key = try LogKey.generate()
        let log = try LogFolder.create(at: folder.appending("ledger"), origin: "example.org/ledger", key: key)
        // An entry has about 490 bytes.
        let padding = String(repeating: "x", count: 480)
        let leaves = (0..<count).map { Data("\($0) \(padding)".utf8) }
        report("leaves appended", count, try time { _ = try log.append(leaves: leaves, key: key, isDeduplicating: false) })
        report("roots recomputed from leaves in memory", count, time { _ = MerkleTree.root(of: leaves.map { MerkleTree.leafHash($0) }[...]) })
        let indices = (0..<1000).map { UInt64($0 * 7919 % count) }
        for _ in 0..<3 {
            var proofs: [LogProof] = []
            // As a server or an auditor asks: one snapshot, its checkpoint verified and its tiles read as they are needed.
            report(
                "inclusions proven", indices.count,
                try time {
                    let snapshot = try log.snapshot()
                    proofs = try indices.map { try snapshot.prove(index: $0) }
                })
            report("inclusions proven, each on its own", 100, try time { for index in indices.prefix(100) { _ = try log.prove(index: index) } })
            let name = log.key
            report(
                "inclusions verified", indices.count,
                try time {
                    for (index, proof) in zip(indices, proofs) { _ = try proof.verify(leafHash: MerkleTree.leafHash(leaves[Int(index)]), in: name) }
                })
            report(
                "leaves appended one by one", 5,
                try time {
                    for number in 0..<5 { _ = try log.append(leaves: [Data("more \(number)".utf8)], key: key, isDeduplicating: false) }
                })
            report("entries read and hashed to the signed root", count, try time { try log.snapshot().readEntries { _, _ in } })
            report("consistencies proven", 20, try time { for number in 1...20 { _ = try log.proveConsistency(from: UInt64(count * number / 21)) } })
        }
    }

    /// The seconds of processor time, as `openssl speed` counts: the machine may be shared.
    private static func time(_ body: () throws -> Void) rethrows -> Double {
        let start = processorTime
        try body()
        return processorTime - start
    }

    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func report(_ what: String, _ count: Int, _ seconds: Double) {
        print("{\"what\":\"\(what)\",\"count\":\(count),\"seconds\":\(seconds)}")
    }
}
