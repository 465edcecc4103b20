import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Synchronization
import Testing
import Transport

@testable import Publishing

@Suite struct UploadTests {
    @discardableResult
    private func publish(_ tenant: Tenant, _ label: Label = .manual, token: String = "tk-hunter2") async throws -> UploadOutcome {
        try await Fixture.with { artifact in
            try await tenant.server(token: token).publish(artifact, to: tenant.channel(label)) { _ in }
        }
    }

    @Test func `a new package takes ten requests, in anaconda's order`() async throws {
        let tenant = try Tenant()
        let outcome = try await publish(tenant)
        #expect(!outcome.wasThere)
        #expect(outcome.file.sha256 == Fixture.sha256 && outcome.file.labels == [.manual] && outcome.file.byteCount == 70_000)
        let file = "foo-bar/1.0/linux-64/\(Fixture.name)"
        #expect(
            try await tenant.calls() == [
                "GET /dist/\(file)", "GET /package/foo-bar", "POST /package/foo-bar", "GET /release/foo-bar/1.0", "POST /release/foo-bar/1.0",
                "POST /stage/\(file)", "POST /objects", "POST /commit/\(file)", "GET /dist/\(file)",
            ])
        let log = try await tenant.log()
        for seen in log { #expect(seen.authorization == (seen.path == "/objects" ? nil : "token tk-hunter2"), "\(seen.path)") }
        let package = try JSONValue(parsing: Data((log[2].body ?? "").utf8))
        #expect(package["public"] == true && package["publish"] == false && package["public_attrs"]?["package_types"] == ["conda"])
        #expect(package["public_attrs"]?["summary"] == "a \"test\"" && package["public_attrs"]?["home"] == "https://example.org")
        #expect(package["public_attrs"]?["license"]?["name"] == "MIT")
        #expect(try JSONValue(parsing: Data((log[4].body ?? "").utf8))["version"] == "1.0")
        let stage = try JSONValue(parsing: Data((log[5].body ?? "").utf8))
        #expect(stage["distribution_type"] == "conda" && stage["channels"] == ["manual"] && stage["attrs"] == Fixture.index)
        #expect(stage["sha256"]?.string == Fixture.sha256.hexadecimal)
        #expect(
            stage["dependencies"]?["depends"] == [["name": "libc", "specs": [[">=", "2.17"], ["<", "3.0a0"]]], ["name": "zlib", "specs": []]])
        #expect(log[6].form == ["key", "policy", "x-amz-signature", "Content-Length", "Content-MD5", "file"])
        #expect(log[6].fields?["Content-Length"] == "70000")
        #expect(log[6].fields?["Content-MD5"] == Base64.encode(MD5Digest(of: Fixture.bytes).bytes))
        #expect(log[6].fileHead?.contains("filename=\"linux-64/\(Fixture.name)\"") == true)
        #expect(log[6].fileSHA256 == Fixture.sha256.hexadecimal)
        #expect(log[7].body?.contains("id-\(file)") == true)
        #expect(tenant.waits.durations.isEmpty)
    }

    @Test func `every step is told once, in its order`() async throws {
        let tenant = try Tenant()
        let steps = Steps()
        try await Fixture.with { artifact in
            _ = try await tenant.server().publish(artifact, to: tenant.channel()) { event in
                if case .sending = event { steps.note("sending") } else { steps.note("\(event)") }
            }
        }
        #expect(steps.all == ["looking", "staged", "sending", "sent", "committed", "verified"])
    }

    @Test func `equal bytes that are there are success, and nothing is sent`() async throws {
        let tenant = try Tenant()
        try await tenant.tell(files: Fixture.stored(labels: ["manual"]))
        #expect(try await publish(tenant).wasThere)
        #expect(try await tenant.calls() == ["GET /dist/\(Fixture.key)"])
    }

    @Test func `equal bytes under another label get ours as well`() async throws {
        let tenant = try Tenant()
        try await tenant.tell(files: Fixture.stored(labels: ["cfep03"]))
        #expect(try await publish(tenant).wasThere)
        #expect(try await tenant.stored()?["labels"] == ["cfep03", "manual"])
    }

    @Test func `other bytes under the name are an error, and nothing is sent`() async throws {
        let tenant = try Tenant()
        let other = SHA256Digest(of: "other")
        try await tenant.tell(files: Fixture.stored(labels: ["manual"], sha256: other))
        let error = await refusal { try await publish(tenant) }
        #expect(error == .differentBytes(try Fixture.path(), try tenant.channel(), there: other, ours: Fixture.sha256))
        #expect(try await tenant.log().count == 1)
    }

    @Test(
        arguments: ["GET dist", "GET package", "POST package", "GET release", "POST release", "POST stage", "POST objects", "POST commit"],
        ["502", "reset before", "reset after", "504 after"])
    func `a passing mishap at any step costs a wait and nothing else`(step: String, mishap: String) async throws {
        let tenant = try Tenant()
        let fault: JSONValue =
            switch mishap {
            case "502": ["status": 502, "raw": "<html>Bad Gateway</html>"]
            case "reset before": ["reset": "before"]
            case "reset after": ["reset": "after"]
            default: ["status": 504, "after": true]
            }
        try await tenant.tell(faults: .object([.init(step, [fault])]))
        let outcome = try await publish(tenant)
        #expect(outcome.file.labels == [.manual])
        #expect(try await tenant.stored()?["sha256"]?.string == Fixture.sha256.hexadecimal)
        // A commit whose answer was lost is settled by looking, at once; all else is asked again.
        let commits = try await tenant.calls().filter { $0.hasPrefix("POST /commit") }.count
        #expect(commits == (step == "POST commit" && !mishap.hasSuffix("after") ? 2 : 1))
        #expect(tenant.waits.durations.isEmpty == (step == "POST commit" && mishap.hasSuffix("after")))
    }

    @Test(arguments: ["GET dist", "GET package", "POST package", "GET release", "POST release", "POST stage", "POST commit"])
    func `a failure that stays is told with its step and status, and nothing is published`(step: String) async throws {
        let tenant = try Tenant()
        try await tenant.tell(faults: .object([.init(step, .array(Array(repeating: ["status": 500, "body": ["error": "disk full"]], count: 20)))]))
        let error = await refusal { try await publish(tenant) }
        #expect(error?.refusal?.status == 500)
        #expect(error?.refusal?.reasons == [RefusalReason(detail: "disk full")])
        #expect(error?.hint != nil)
        #expect(tenant.waits.total == .seconds(31))
        #expect(try await tenant.stored() == nil)
    }

    @Test func `a token that is not known is 401, and is not in the error`() async throws {
        let tenant = try Tenant()
        let error = await refusal { try await publish(tenant, token: "wrong-hunter9") }
        #expect(error?.refusal?.status == 401)
        #expect(error?.message.contains("the token token (secret) is not known") == true)
        #expect(error?.hint?.contains("token") == true)
        #expect(try await tenant.calls().last == "POST /package/foo-bar")
    }

    @Test func `a gate's reasons are all named, on the way in too`() async throws {
        let tenant = try Tenant()
        let reasons: JSONValue = [["name": "evidence-missing", "detail": "no envelope"], ["name": "review-threshold", "detail": "1 of 2"]]
        try await tenant.tell(faults: ["POST stage": [["status": 403, "body": ["error": "no", "failures": reasons]]]])
        let error = await refusal { try await publish(tenant, .main) }
        #expect(error?.refusal?.reasons.map(\.name) == ["evidence-missing", "review-threshold"])
        #expect(error?.message.contains("evidence-missing: no envelope; review-threshold: 1 of 2") == true)
    }

    @Test func `a file that someone else is uploading is waited for`() async throws {
        let tenant = try Tenant()
        let busy: JSONValue = ["status": 409, "body": ["error": "file already exists or being uploaded, wait 2 minutes"]]
        let arrives = JSONValue.object((busy.object ?? []) + [.init("put", Fixture.stored(labels: ["manual"]))])
        try await tenant.tell(faults: ["POST stage": [busy, busy, arrives]])
        #expect(try await publish(tenant).wasThere)
        #expect(tenant.waits.durations == [.seconds(30), .seconds(30)])
        #expect(try await tenant.calls().contains { $0.hasPrefix("POST /objects") } == false)
    }

    @Test func `who waits for a file and finds other bytes does not publish`() async throws {
        let tenant = try Tenant()
        let arrives: JSONValue = [
            "status": 409, "body": ["error": "being uploaded"], "put": Fixture.stored(labels: ["manual"], sha256: SHA256Digest(of: "other")),
        ]
        try await tenant.tell(faults: ["POST stage": [arrives]])
        let error = await refusal { try await publish(tenant) }
        #expect(error == .differentBytes(try Fixture.path(), try tenant.channel(), there: SHA256Digest(of: "other"), ours: Fixture.sha256))
    }

    @Test func `an upload that never ends is given up after five minutes`() async throws {
        let tenant = try Tenant()
        let busy: JSONValue = ["status": 409, "body": ["error": "file already exists or being uploaded"]]
        try await tenant.tell(faults: ["POST stage": .array(Array(repeating: busy, count: 30))])
        #expect(await refusal { try await publish(tenant) } == .beingUploaded(try Fixture.path(), try tenant.channel()))
        #expect(tenant.waits.total == .seconds(300))
    }

    @Test func `a conflict that is not about an upload is final`() async throws {
        let tenant = try Tenant()
        try await tenant.tell(faults: ["POST stage": [["status": 409, "body": ["error": "label `manual` is locked"]]]])
        #expect(await refusal { try await publish(tenant) }?.refusal?.reasons == [RefusalReason(detail: "label `manual` is locked")])
        #expect(tenant.waits.durations.isEmpty)
    }

    @Test func `an object store's refusal is told by its code, and nothing is committed`() async throws {
        let tenant = try Tenant()
        let xml = "<?xml version=\"1.0\"?><Error><Code>InvalidDigest</Code><Message>The Content-MD5 is invalid</Message></Error>"
        try await tenant.tell(faults: ["POST objects": [["status": 400, "raw": .string(xml)]]])
        #expect(await refusal { try await publish(tenant) } == .objectRefused(code: "InvalidDigest", message: "The Content-MD5 is invalid"))
        #expect(try await tenant.calls().last == "POST /objects")
    }

    @Test func `a server that stores other bytes is found out`() async throws {
        let tenant = try Tenant()
        try await tenant.tell(faults: ["POST commit": [["corrupt": true]]])
        let there = SHA256Digest(of: Fixture.bytes + Data("!".utf8))
        #expect(
            await refusal { try await publish(tenant) }
                == .storedOtherwise(try Fixture.path(), try tenant.channel(), there: there, ours: Fixture.sha256))
    }

    @Test func `a server that shows the file late is waited for, one that never does is not believed`() async throws {
        let slow = try Tenant()
        try await slow.tell(faults: ["POST commit": [["hidden": 3]]])
        #expect(try await publish(slow).file.sha256 == Fixture.sha256)
        #expect(slow.waits.durations.count == 3)
        let silent = try Tenant()
        try await silent.tell(faults: ["POST commit": [["hidden": 1000]]])
        #expect(await refusal { try await publish(silent) } == .notThere(try Fixture.path(), try silent.channel()))
    }

    @Test func `an answer without its form is not guessed at`() async throws {
        for body: JSONValue in [
            [:], ["post_url": "/objects", "dist_id": "a"], ["post_url": "/objects", "form_data": ["a": []], "dist_id": "a"], [],
        ] {
            let tenant = try Tenant()
            try await tenant.tell(faults: ["POST stage": [["status": 200, "body": body]]])
            let error = await refusal { try await publish(tenant) }
            guard case .badAnswer = error else {
                Issue.record("\(body) was taken")
                continue
            }
        }
    }

    @Test func `an artifact that is not what its name says is not sent`() async throws {
        try await Fixture.with { artifact in
            for (key, value) in [("name", "other"), ("version", "2"), ("build", "h2_0"), ("subdir", "../x")] {
                let index = JSONValue.object((Fixture.index.object ?? []).map { $0.key == key ? .init(key, .string(value)) : $0 })
                #expect(throws: PublishingError.self) { try OutgoingArtifact(file: artifact.file, digests: artifact.digests, index: index) }
            }
            try artifact.file.replaceContents(with: "shorter")
            #expect(throws: PublishingError.unfit(Fixture.name, reason: "it has changed since it was hashed")) {
                try OutgoingArtifact(file: artifact.file, digests: artifact.digests, index: Fixture.index)
            }
        }
    }
}

/// The steps that were told; progress counts once.
final class Steps: Sendable {
    private let steps = Mutex<[String]>([])
    func note(_ step: String) { steps.withLock { if $0.last != step { $0.append(step) } } }
    var all: [String] { steps.withLock { $0 } }
}
