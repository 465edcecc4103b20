import Basics
import Cryptography
import Files
import Foundation
import JSONReading
import Processes
import Provenance
import SystemPackage
import TestSupport
import Testing

@Suite struct PredicateTests {
    @Test func `every predicate comes back from its JSON`() throws {
        for predicate in try Samples.predicates() {
            #expect(try StatementPredicate(type: predicate.type, predicate.json) == predicate)
            #expect(try Statement(parsing: Samples.statement(predicate).payload).predicate == predicate)
        }
    }

    @Test func `a member that is missing, unknown, or of another kind is refused`() throws {
        var count = 0
        for predicate in try Samples.predicates() {
            for changed in Self.spoiled(predicate.json) {
                count += 1
                let isSame = (try? StatementPredicate(type: predicate.type, changed)).map { $0 == predicate } ?? false
                #expect(!isSame, "\(predicate.title): \(String(decoding: changed.serialized(), as: UTF8.self))")
            }
        }
        #expect(count > 500)
    }

    @Test func `outcomes become results, and a result that contradicts its outcome is refused`() throws {
        func result(_ outcome: String, _ expected: String) -> TestResult.Result { TestResult(cell: "c", outcome: outcome, expected: expected).result }
        #expect(result("passed", "passed") == .passed)
        #expect(result("uninstallable", "uninstallable") == .passed)
        #expect(result("passed", "uninstallable") == .failed)
        #expect(result("failed", "failed") == .failed)
        #expect(result("timed-out", "passed") == .failed)
        #expect(result("unavailable", "unavailable") == .warned)
        #expect(result("spurious", "passed") == .warned)
        var text = String(decoding: TestResult(cell: "c", outcome: "failed", expected: "passed").json.serialized(), as: UTF8.self)
        text.replace("FAILED", with: "PASSED")
        #expect(throws: JSONObjectReader.Complaint.self) { try TestResult(try JSONValue(parsing: text)) }
    }

    /// The judges are the specification's own protobuf models and securesystemslib; about 2 s, most of it Python's start.
    @Test func `in-toto's models and securesystemslib take what we write`() async throws {
        try await TemporaryDirectory.with { folder in
            let key = try SigningKey.generate()
            var file = EnvelopeFile()
            for predicate in try Samples.predicates() { file.append(try Envelope.sign(Samples.statement(predicate), with: key)) }
            try file.write(to: folder.appending("envelopes"))
            try folder.appending("key.pem").replaceContents(with: key.publicKey.pem)
            let script = """
                import base64, json, sys
                from google.protobuf import json_format
                from cryptography.hazmat.primitives.serialization import load_pem_public_key
                from securesystemslib.dsse import Envelope
                from securesystemslib.signer import SSlibKey
                from in_toto_attestation.v1.statement import Statement
                import in_toto_attestation.v1.statement_pb2 as statement_pb
                import in_toto_attestation.predicates.provenance.v1.provenance_pb2 as provenance
                import in_toto_attestation.predicates.test_result.v0.test_result_pb2 as test_result
                import in_toto_attestation.predicates.vsa.v1.vsa_pb2 as vsa
                models = {
                    "https://slsa.dev/provenance/v1": provenance.Provenance,
                    "https://in-toto.io/attestation/test-result/v0.1": test_result.TestResult,
                    "https://slsa.dev/verification_summary/v1": vsa.VerificationSummary,
                }
                public = load_pem_public_key(open("key.pem", "rb").read())
                for line in open("envelopes"):
                    data = json.loads(line)
                    envelope = Envelope.from_dict(json.loads(line))
                    key = SSlibKey.from_crypto(public, keyid=data["signatures"][0]["keyid"])
                    assert len(envelope.verify([key], 1)) == 1
                    payload = json.loads(base64.b64decode(data["payload"]))
                    predicate = payload["predicate"]
                    statement = json_format.ParseDict(payload, statement_pb.Statement())
                    Statement.copy_from_pb(statement).validate()
                    model = models.get(payload["predicateType"])
                    if model:
                        # Extension members carry URIs as their names, as SLSA asks; the models know nothing of them.
                        # The model of the summary has `verifiedLevels` as one text, where SLSA's page and its schema have a list.
                        plain = {k: v for k, v in predicate.items() if ":" not in k and k != "verifiedLevels"}
                        json_format.ParseDict(plain, model())
                    print("ok", payload["predicateType"])
                """
            let python = Repository.root.appending(".tools/venv/bin/python").string
            let output = try await Command(python, ["-c", script], workingDirectory: folder, timeout: .seconds(60)).output()
            #expect(output.split(separator: "\n").count == file.envelopes.count)
            #expect(output.split(separator: "\n").allSatisfy { $0.hasPrefix("ok ") })
        }
    }

    /// Every document that differs from `value` in one place: a member removed, added, renamed or of another kind.
    static func spoiled(_ value: JSONValue) -> [JSONValue] {
        var all: [JSONValue] = value == 7 ? [] : [7]
        switch value {
        case .object(let members):
            for index in members.indices {
                var fewer = members
                fewer.remove(at: index)
                all.append(.object(fewer))
                var renamed = members
                renamed[index] = .init(members[index].key + "x", members[index].value)
                all.append(.object(renamed))
                for changed in spoiled(members[index].value) {
                    var other = members
                    other[index] = .init(members[index].key, changed)
                    all.append(.object(other))
                }
            }
            all.append(.object(members + [.init("unknown", "member")]))
        case .array(let values):
            for index in values.indices {
                var fewer = values
                fewer.remove(at: index)
                all.append(.array(fewer))
                for changed in spoiled(values[index]) {
                    var other = values
                    other[index] = changed
                    all.append(.array(other))
                }
            }
            all.append(.array(values + [.null]))
        case .string(let text): all += [.string(text + "x"), .array([value])]
        default: break
        }
        return all
    }
}
