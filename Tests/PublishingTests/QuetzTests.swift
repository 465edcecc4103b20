import Basics
import Conda
import Foundation
import JSONReading
import Testing
import Transport

@testable import Publishing

@Suite struct QuetzTests {
    private func publish(_ tenant: Tenant, _ label: Label = .main, key: String = "qz-hunter4") async throws -> UploadOutcome {
        let server = QuetzServer(address: try tenant.address, key: try Secret(key), retries: tenant.retries)
        return try await Fixture.with { try await server.publish($0, to: tenant.channel(label)) { _ in } }
    }

    @Test func `one call carries the bytes and their digest`() async throws {
        let tenant = try Tenant()
        let outcome = try await publish(tenant)
        #expect(!outcome.wasThere && outcome.file.sha256 == Fixture.sha256)
        let log = try await tenant.log()
        #expect(log.map(\.method) == ["GET", "POST", "GET"])
        #expect(log[1].path == "/api/channels/\(tenant.owner)/upload/\(Fixture.name)?force=false&sha256=\(Fixture.sha256)")
        #expect(log[1].key == "qz-hunter4" && log[1].authorization == nil)
        #expect(log[0].path == "/get/\(tenant.owner)/linux-64/repodata.json")
        #expect(try await publish(tenant).wasThere)
    }

    @Test func `an upload whose answer is lost is settled by looking`() async throws {
        let tenant = try Tenant()
        try await tenant.tell(faults: ["POST api": [["reset": "after"]]])
        #expect(try await publish(tenant).file.sha256 == Fixture.sha256)
    }

    @Test func `a wrong key is told without the key, and a label is not taken`() async throws {
        let tenant = try Tenant()
        let error = await refusal { try await publish(tenant, key: "bad-hunter6") }
        #expect(error?.refusal?.status == 401)
        #expect(error?.message.contains("bad key (secret)") == true)
        guard case .unfit = await refusal({ () async throws in try await publish(tenant, .manual) }) else {
            Issue.record("a label was taken")
            return
        }
    }
}
