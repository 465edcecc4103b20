import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Ledger
import Provenance
import Roster
import SystemPackage
import TestSupport
import Testing
import Verification

/// Reads `docs/formats.md` and checks each of its examples, and that none was forgotten.
@Suite struct FormatsTests {
    let page: String
    let examples: [String: String]

    init() throws {
        page = try Repository.root.appending("docs/formats.md").text()
        var examples: [String: String] = [:]
        for part in page.split(separator: "<!-- example: ").dropFirst() {
            let name = part.prefix { $0 != " " }
            let block = part.split(separator: "```", maxSplits: 2)
            guard block.count >= 2 else { continue }
            // Without the fence's own line; the last line's end belongs to the example.
            examples[String(name)] = block[1].drop { $0 != "\n" }.dropFirst().description
        }
        self.examples = examples
    }

    private func example(_ name: String) throws -> String { try #require(examples[name], "no example `\(name)`") }
    private func line(_ name: String) throws -> String { try example(name).trimmingCharacters(in: .newlines) }

    @Test func `knows every example`() {
        #expect(
            examples.keys.sorted() == [
                "checkpoint", "envelope", "envelope-digest", "key-id", "ledger-entry", "log-key", "log-policy", "log-proof", "manifest",
                "object-path", "proofs-line",
                "public-key", "remembered-roster", "roster", "roster-envelope", "roster-pin", "statement-build", "statement-embed",
                "statement-publish",
                "statement-review",
                "statement-test", "statement-test-refusal", "statement-withdrawal", "witness-request",
            ])
    }

    @Test(arguments: ["build", "embed", "test", "test-refusal", "review", "publish", "withdrawal"])
    func `the statements are read, and written the same`(name: String) throws {
        let value = try JSONValue(parsing: try example("statement-\(name)"))
        let statement = try Statement(parsing: value.serialized(.compact))
        #expect(statement.json == value)
        if case .unknown = statement.predicate { Issue.record("the predicate is not understood") }
        #expect(try ArtifactName(parsing: statement.subjects[0].name).package == "qt-main")
    }

    @Test func `the key, its id, the envelope, its digest and its statement belong together`() throws {
        let key = try PublicKey(pem: try example("public-key"))
        #expect(try key.keyID.description == line("key-id"))
        #expect(try key.pem == example("public-key"))
        let envelope = try Envelope(parsing: Data(try line("envelope").utf8))
        #expect(try envelope.digest.hexadecimal == line("envelope-digest"))
        let verified = try envelope.verified(by: [key])
        #expect(try verified.statement.json == JSONValue(parsing: try example("statement-publish")))
    }

    @Test func `the roster is that of its envelope and its pin, and knows everybody`() throws {
        let envelope = try Envelope(parsing: Data(try line("roster-envelope").utf8))
        let pin = try #require(SHA256Digest(parsing: try line("roster-pin")))
        let chain = try RosterChain([envelope], pin: pin, now: Timestamp(seconds: 1_800_000_000))
        #expect(try chain.newest.json == JSONValue(parsing: try example("roster")))
        #expect(chain.newest.digest == pin)
        #expect(chain.person(of: try PublicKey(pem: try example("public-key"))) == "alice")
        #expect(try chain.newest.logKey == line("log-key"))
        #expect(try chain.newest.logPolicy == example("log-policy"))
        try TemporaryDirectory.withSync { folder in
            let memory = RosterMemory(folder.appending("roster"))
            try memory.remember(chain)
            #expect(try memory.path.text() == example("remembered-roster"))
            #expect(try memory.recall()?.digest == chain.newest.digest)
        }
    }

    @Test func `the log's parts prove the envelope's entry, witnessed as the policy asks`() throws {
        let key = try PublicKey(pem: try example("public-key"))
        let log = try NoteKey(parsing: try line("log-key"))
        let verified = try Envelope(parsing: Data(try line("envelope").utf8)).verified(by: [key])
        let entry = LedgerEntry(signedDigest: verified.signedDigest, signature: verified.signature, key: verified.signer)
        #expect(try String(decoding: entry.bytes, as: UTF8.self) == line("ledger-entry"))
        #expect(try LedgerEntry(parsing: Data(try line("ledger-entry").utf8)) == entry)
        #expect(LogFolder(path: "", key: log).objectPath(of: entry.leafHash).string == (try line("object-path")))
        let proof = try LogProof(parsing: try example("log-proof"))
        let head = try proof.verify(entry, in: log)
        #expect(try head.note.description == example("checkpoint"))
        #expect(try LogPolicy(parsing: try example("log-policy")).testimony(of: head.note).isQuorumMet)
        let proofs = Data(try example("proofs-line").utf8)
        #expect(ProofFile(parsing: proofs).proofs == [verified.envelope: proof] && ProofFile(parsing: proofs).contents == proofs)
        let request = try WitnessRequest(parsing: Data(try example("witness-request").utf8))
        #expect(request.oldSize == 3 && request.note == head.note)
        #expect(try String(decoding: request.body, as: UTF8.self) == example("witness-request"))
    }

    @Test func `the manifest lists members in the archive's order`() throws {
        let manifest = try JSONValue(parsing: try example("manifest"))
        let folders = (manifest["members"]?.array ?? []).compactMap { $0["name"]?.string?.split(separator: "/").first }
        var order: [Substring] = []
        for folder in folders where order.last != folder { order.append(folder) }
        #expect(order == ["envelopes", "proofs", "roster", "files"])
        #expect(
            try folders.count == 16
                && manifest["artifact"]?["name"]?.string == JSONValue(parsing: try example("statement-build"))["subject"]?[0]?["name"]?.string)
    }

    @Test func `every failure's name is on the page, and no other`() throws {
        let table = try #require(page.split(separator: "| step | names |").last?.split(separator: "\n\n").first)
        let names = table.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        #expect(names.sorted() == VerificationFailure.Code.allCases.map(\.rawValue).sorted())
    }
}
