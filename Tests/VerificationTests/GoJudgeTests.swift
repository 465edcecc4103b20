import Basics
import Cryptography
import Files
import Foundation
import JSONReading
import Ledger
import Processes
import SystemPackage
import Testing

/// Go's checksum database has read notes and trees of this form since 2019: its packages `sumdb/note` and `sumdb/tlog`, as Debian has them, judge ours.
@Suite struct GoJudgeTests {
    /// Prints a line for each thing that it was asked about and holds; ends with an error at the first that does not.
    private static let program = """
        package main

        import (
            "encoding/base64"
            "encoding/json"
            "fmt"
            "os"

            "golang.org/x/mod/sumdb/note"
            "golang.org/x/mod/sumdb/tlog"
        )

        type question struct {
            Key, Note, Leaf   string
            Index             int64
            Proof             []string
            OldSize           int64
            OldRoot           string
            Consistency       []string
            Signer, Sign      string
            Leaves            []string
        }

        func check(err error) {
            if err != nil {
                fmt.Println("no:", err)
                os.Exit(1)
            }
        }

        func hash(text string) (hash tlog.Hash) {
            bytes, err := base64.StdEncoding.DecodeString(text)
            check(err)
            copy(hash[:], bytes)
            return
        }

        func hashes(texts []string) (hashes []tlog.Hash) {
            for _, text := range texts {
                hashes = append(hashes, hash(text))
            }
            return
        }

        func main() {
            var q question
            check(json.NewDecoder(os.Stdin).Decode(&q))
            if q.Signer != "" {
                signer, err := note.NewSigner(q.Signer)
                check(err)
                var stored []tlog.Hash
                for n, leaf := range q.Leaves {
                    added, err := tlog.StoredHashes(int64(n), []byte(leaf), tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
                        for _, i := range indexes {
                            out = append(out, stored[i])
                        }
                        return
                    }))
                    check(err)
                    stored = append(stored, added...)
                }
                reader := tlog.HashReaderFunc(func(indexes []int64) (out []tlog.Hash, err error) {
                    for _, i := range indexes {
                        out = append(out, stored[i])
                    }
                    return
                })
                size := int64(len(q.Leaves))
                root, err := tlog.TreeHash(size, reader)
                check(err)
                text := fmt.Sprintf("%s\\n%d\\n%s\\n", signer.Name(), size, base64.StdEncoding.EncodeToString(root[:]))
                signed, err := note.Sign(&note.Note{Text: text}, signer)
                check(err)
                proof, err := tlog.ProveRecord(size, q.Index, reader)
                check(err)
                fmt.Printf("c2sp.org/tlog-proof@v1\\nindex %d\\n", q.Index)
                for _, hash := range proof {
                    fmt.Println(base64.StdEncoding.EncodeToString(hash[:]))
                }
                fmt.Printf("\\n%s", signed)
                return
            }
            verifier, err := note.NewVerifier(q.Key)
            check(err)
            opened, err := note.Open([]byte(q.Note), note.VerifierList(verifier))
            check(err)
            fmt.Println("signed by", opened.Sigs[0].Name, "and", len(opened.UnverifiedSigs), "others")
            var origin, root string
            var size int64
            _, err = fmt.Sscanf(opened.Text, "%s\\n%d\\n%s\\n", &origin, &size, &root)
            check(err)
            leaf, err := base64.StdEncoding.DecodeString(q.Leaf)
            check(err)
            check(tlog.CheckRecord(q.path(), size, hash(root), q.Index, tlog.RecordHash(leaf)))
            fmt.Println("in the log")
            check(tlog.CheckTree(tlog.TreeProof(hashes(q.Consistency)), size, hash(root), q.OldSize, hash(q.OldRoot)))
            fmt.Println("one growing log")
        }

        func (q question) path() tlog.RecordProof { return tlog.RecordProof(hashes(q.Proof)) }
        """

    /// Builds the judge in `folder`, with nothing from the network; about 5 s.
    private func judge(in folder: FilePath) async throws -> (JSONValue) async throws -> ProcessResult {
        try folder.appending("judge.go").replaceContents(with: Self.program)
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.string, "GOCACHE": folder.appending("cache").string, "GOPATH": "/usr/share/gocode",
            "GO111MODULE": "off", "GOFLAGS": "", "CGO_ENABLED": "0", "GOPROXY": "off",
        ]
        _ = try await Command(
            "go", ["build", "-o", "judge", "judge.go"], environment: .only(environment), workingDirectory: folder, timeout: .seconds(240)
        ).output()
        let program = folder.appending("judge")
        return { question in
            try await Command(.path(program), [], workingDirectory: folder, input: Array(question.serialized()), timeout: .seconds(20)).run()
        }
    }

    @Test func `Go's note and tlog packages take our checkpoints and proofs, and refuse them changed`() async throws {
        try await TemporaryDirectory.with { folder in
            let judge = try await judge(in: folder)
            let (key, witnessKey) = (try LogKey.generate(), try LogKey.generate())
            let log = try LogFolder.create(at: folder.appending("log"), origin: "example.org/ledger", key: key)
            let leaves = (0..<300).map { Data("leaf \($0)".utf8) }
            _ = try log.append(leaves: Array(leaves.prefix(77)), key: key, isDeduplicating: false)
            let old = try log.checkpoint().checkpoint
            _ = try log.append(leaves: Array(leaves.dropFirst(77)), key: key, isDeduplicating: false)
            let note = try log.checkpoint().note.cosigned(by: witnessKey, name: "w.example.org", at: Timestamp(seconds: 1_790_000_000))
            let proof = try log.prove(index: 200)
            let texts = { (hashes: [SHA256Digest]) in JSONValue.array(hashes.map { .string(Base64.encode($0.bytes)) }) }
            let question: [(String, JSONValue)] = [
                ("Key", .string("\(log.key)")), ("Note", .string(note.description)), ("Leaf", .string(Base64.encode(leaves[200]))),
                ("Index", 200), ("Proof", texts(proof.hashes)), ("OldSize", 77), ("OldRoot", .string(Base64.encode(old.root.bytes))),
                ("Consistency", texts(try log.proveConsistency(from: 77))),
            ]
            func ask(_ change: (String, JSONValue)? = nil) async throws -> ProcessResult {
                try await judge(.object(question.map { .init($0.0, change?.0 == $0.0 ? change?.1 ?? .null : $0.1) }))
            }
            let good = try await ask()
            #expect(good.exit.isSuccess)
            #expect(good.outputText == "signed by example.org/ledger and 1 others\nin the log\none growing log\n")
            let changes: [(String, JSONValue)] = [
                ("Key", .string("\(try NoteKey(name: "example.org/ledger", kind: .log, key: witnessKey.publicKey))")),
                ("Note", .string(note.description.replacing("\n300\n", with: "\n301\n"))), ("Leaf", .string(Base64.encode(leaves[201]))),
                ("Index", 201),
                ("Proof", texts(proof.hashes.dropLast())), ("OldSize", 78), ("OldRoot", .string(Base64.encode(SHA256Digest(of: "other").bytes))),
                ("Consistency", texts(try log.proveConsistency(from: 78))),
            ]
            for change in changes { #expect(try await !ask(change).exit.isSuccess, "\(change.0)") }
        }
    }

    @Test func `we take the checkpoints and proofs that Go makes, and refuse them changed`() async throws {
        try await TemporaryDirectory.with { folder in
            let judge = try await judge(in: folder)
            let seed = Array(UInt8(0)..<32)
            let key = try LogKey(seed: seed)
            let noteKey = try NoteKey(name: "go.example.org/log", kind: .log, key: key.publicKey)
            let secret = "PRIVATE+KEY+\(noteKey.name)+\(noteKey.id.hexadecimal)+\(Base64.encode([1] + seed))"
            for (count, index) in [(1, 0), (2, 1), (7, 3), (8, 7), (257, 256), (300, 131)] {
                let leaves = (0..<count).map { "entry \($0)" }
                let output = try await judge([
                    "Signer": .string(secret), "Leaves": .array(leaves.map { .string($0) }), "Index": .integer(Int64(index)),
                ])
                #expect(output.exit.isSuccess, "\(output.outputText)")
                let proof = try LogProof(parsing: output.outputText)
                #expect(proof.text == output.outputText)
                let leaf = MerkleTree.leafHash(Data(leaves[index].utf8))
                #expect(try proof.verify(leafHash: leaf, in: noteKey).checkpoint.size == UInt64(count))
                #expect(throws: LedgerError.self) { try proof.verify(leafHash: MerkleTree.leafHash(Data("other".utf8)), in: noteKey) }
            }
        }
    }
}
