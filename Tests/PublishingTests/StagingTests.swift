import Basics
import Conda
import Cryptography
import Foundation
import JSONReading
import Testing
import Transport

@testable import Publishing

@Suite struct StagingTests {
    private func copy(_ tenant: Tenant, token: String = "fs-hunter3") async throws -> [PublishedFile] {
        let gateway = StagingGateway(address: try tenant.address, token: try Secret(token), retries: tenant.retries)
        let copy = try FeedstockCopy(
            feedstock: tenant.owner, outputs: [.init(Fixture.path(), sha256: Fixture.sha256)], production: tenant.channel(.main), commit: "abc")
        return try await gateway.copy(copy, production: AnacondaServer(of: tenant.channel(), token: nil, retries: tenant.retries))
    }

    private func tenant(_ fault: JSONValue) async throws -> Tenant {
        let tenant = try Tenant()
        try await tenant.tell(faults: ["POST feedstock-outputs": [fault]])
        return tenant
    }

    @Test func `the request is conda-forge's, its token is in one header, and production is looked at`() async throws {
        let tenant = try Tenant()
        let files = try await copy(tenant)
        #expect(files.map(\.labels) == [[.main]])
        let log = try await tenant.log()
        #expect(log.map(\.method) == ["POST", "GET"])
        #expect(log[0].path == "/feedstock-outputs/copy" && log[0].feedstockToken == "fs-hunter3" && log[0].authorization == nil)
        #expect(
            try JSONValue(parsing: Data((log[0].body ?? "").utf8)) == [
                "feedstock": .string("\(tenant.owner)-feedstock"),
                "outputs": .object([.init("linux-64/\(Fixture.name)", .string(Fixture.sha256.hexadecimal))]), "channel": "main", "git_sha": "abc",
                "comment_on_error": false, "hash_type": "sha256", "provider": nil,
            ])
    }

    @Test func `copied is not believed when production does not show it`() async throws {
        let tenant = try await tenant(["ignore": true])
        let path = try Fixture.path()
        #expect(await refusal { try await copy(tenant) } == .notCopied([path], to: try tenant.channel(.main), reasons: [], wasAnswered: true))
        #expect(try await tenant.calls().filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test func `a refusal gives every error and is not waited for`() async throws {
        let key = "linux-64/\(Fixture.name)"
        let body: JSONValue = [
            "feedstock_exists": true, "errors": ["not allowed for x-feedstock", "no valid checksum"], "valid": .object([.init(key, false)]),
            "copied": .object([.init(key, false)]),
        ]
        for status: JSONValue in [200, 400] {
            let tenant = try await tenant(["status": status, "body": body])
            let reasons = [RefusalReason(detail: "not allowed for x-feedstock"), RefusalReason(detail: "no valid checksum")]
            #expect(
                await refusal { try await copy(tenant) }
                    == .notCopied([try Fixture.path()], to: try tenant.channel(.main), reasons: reasons, wasAnswered: true))
            #expect(tenant.waits.durations.isEmpty)
        }
    }

    @Test func `what an earlier run copied counts, whatever the answer`() async throws {
        let tenant = try await tenant(["status": 400, "body": ["message": "Bad Request"]])
        try await tenant.tell(files: Fixture.stored(labels: ["main"]))
        #expect(try await copy(tenant).count == 1)
    }

    @Test(arguments: [["status": 503, "after": true], ["reset": "after"]] as [JSONValue])
    func `a request that is not answered is looked after, and not sent again`(fault: JSONValue) async throws {
        let tenant = try await tenant(fault)
        #expect(try await copy(tenant).count == 1)
        #expect(try await tenant.calls().filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test func `a request that is not answered and never worked on is told after minutes`() async throws {
        let tenant = try await tenant(["reset": "before"])
        guard case .notCopied(_, _, _, wasAnswered: false) = await refusal({ () async throws in try await copy(tenant) }) else {
            Issue.record("it was told otherwise")
            return
        }
        #expect(tenant.waits.total > .seconds(300))
        #expect(try await tenant.calls().filter { $0.hasPrefix("POST") }.count == 1)
    }

    @Test func `other bytes in production are never a success`() async throws {
        let tenant = try await tenant(["ignore": true])
        try await tenant.tell(files: Fixture.stored(labels: ["main"], sha256: SHA256Digest(of: "other")))
        guard case .differentBytes = await refusal({ () async throws in try await copy(tenant) }) else {
            Issue.record("it was told otherwise")
            return
        }
    }

    @Test func `a wrong feedstock token is told without the token`() async throws {
        let tenant = try Tenant()
        let error = await refusal { try await copy(tenant, token: "bad-hunter5") }
        #expect(error?.message.contains("invalid feedstock token (secret)") == true)
    }

    @Test func `a service that is not there is told as that`() async throws {
        let tenant = try Tenant()
        let gateway = StagingGateway(
            address: try HTTPAddress(parsing: "http://127.0.0.1:1"), token: try Secret("fs-hunter3"), retries: tenant.retries)
        let copy = try FeedstockCopy(feedstock: "x", outputs: [.init(Fixture.path(), sha256: Fixture.sha256)], production: tenant.channel(.main))
        let error = await refusal { try await gateway.copy(copy, production: tenant.server()) }
        guard case .transport(.failed(.connecting, _, _)) = error else {
            Issue.record("it was told otherwise")
            return
        }
        #expect(try await tenant.log().isEmpty)
    }
}
