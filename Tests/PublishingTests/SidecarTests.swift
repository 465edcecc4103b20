import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage
import Testing

@testable import Publishing

@Suite struct SidecarTests {
    private func put(_ sidecar: Sidecar, _ tenant: Tenant) async throws -> SidecarReceipt {
        try await TemporaryDirectory.with { folder in
            let file = folder.appending("evidence")
            try file.replaceContents(with: "{\"a\":1}\n")
            return try await tenant.server().put(sidecar, file, beside: Fixture.path(), of: tenant.channel())
        }
    }

    @Test(arguments: Sidecar.allCases)
    func `each kind has its place beside the artifact and comes back from the channel`(sidecar: Sidecar) async throws {
        let tenant = try Tenant()
        let receipt = try await put(sidecar, tenant)
        #expect(receipt.isNew && receipt.sha256 == SHA256Digest(of: "{\"a\":1}\n"))
        let seen = try await tenant.log()
        #expect(seen[0].method == "PUT" && seen[0].path == "/evidence/\(tenant.owner)/linux-64/\(Fixture.name)\(sidecar.suffix)")
        #expect(seen[0].authorization == "token tk-hunter2" && seen[0].body == "{\"a\":1}\n")
        try await TemporaryDirectory.with { folder in
            let path = try await tenant.reader().download(sidecar, of: Fixture.path(), into: folder)
            #expect(try path?.text() == "{\"a\":1}\n")
            #expect(try folder.children().map { $0.lastComponent?.string } == [Fixture.name + sidecar.suffix])
        }
        let fetched = try await tenant.log()[1]
        #expect(fetched.path == "/\(tenant.owner)/label/manual/linux-64/\(Fixture.name)\(sidecar.suffix)")
    }

    @Test func `a server that keeps other bytes is found out, except where it merges`() async throws {
        for sidecar in [Sidecar.signature, .auditRecord, .envelopes, .proofs] {
            let tenant = try Tenant()
            try await tenant.tell(faults: ["PUT evidence": [["corrupt": true]]])
            if sidecar.isUnited {
                #expect(try await put(sidecar, tenant).sha256 == SHA256Digest(of: "{\"a\":1}\n!"))
            } else {
                let error = await refusal { try await put(sidecar, tenant) }
                #expect(error?.message.contains("SHA-256") == true)
            }
        }
    }

    @Test func `a sidecar that is not there is nil, and one that is too large is not kept`() async throws {
        let tenant = try Tenant()
        try await TemporaryDirectory.with { folder in
            #expect(try await tenant.reader().download(.signature, of: Fixture.path(), into: folder) == nil)
            try await tenant.tell(plain: .object([.init("linux-64/\(Fixture.name).sig", .string(String(repeating: "x", count: 20_000)))]))
            _ = await refusal { try await tenant.reader().download(.signature, of: Fixture.path(), into: folder) }
            #expect(!folder.appending("\(Fixture.name).sig").exists)
        }
    }

    @Test func `a conflict is told in the server's words`() async throws {
        let tenant = try Tenant()
        try await tenant.tell(faults: ["PUT evidence": [["status": 409, "body": ["error": "it is there with other bytes"]]]])
        #expect(await refusal { try await put(.auditRecord, tenant) }?.refusal?.reasons == [RefusalReason(detail: "it is there with other bytes")])
    }
}
