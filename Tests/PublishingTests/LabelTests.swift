import Basics
import Conda
import Cryptography
import Foundation
import JSONReading
import Testing

@testable import Publishing

@Suite struct LabelTests {
    private let sha256 = Fixture.sha256
    private let post = "POST /channels/main"
    private let delete = "DELETE /channels/manual"
    private let look = "GET /dist/\(Fixture.key)"

    private func tenant(labels: [String] = ["manual"], sha256: SHA256Digest = Fixture.sha256, faults: JSONValue = [:]) async throws -> Tenant {
        let tenant = try Tenant()
        try await tenant.tell(faults: faults, files: Fixture.stored(labels: labels, sha256: sha256))
        return tenant
    }

    private func move(_ tenant: Tenant) async throws -> LabelMove {
        try await tenant.server().move(Fixture.path(), from: tenant.channel(.manual), to: .main, expecting: sha256)
    }

    private func labels(_ tenant: Tenant) async throws -> [String] { try await tenant.stored()?["labels"]?.array?.compactMap(\.string) ?? [] }

    @Test func `a move adds, looks, removes, looks`() async throws {
        let tenant = try await tenant()
        let move = try await move(tenant)
        #expect(move.didAdd && move.didRemove && move.file.labels == [.main])
        #expect(try await tenant.calls() == [look, look, post, look, look, delete, look])
        let bodies = try await tenant.log().compactMap(\.body).filter { !$0.isEmpty }
        #expect(bodies == Array(repeating: "{\"package\":\"foo-bar\",\"version\":\"1.0\",\"basename\":\"linux-64/\(Fixture.name)\"}", count: 2))
    }

    @Test func `a move that broke off goes on where it was`() async throws {
        let half = try await tenant(labels: ["main", "manual"])
        let rest = try await move(half)
        #expect(!rest.didAdd && rest.didRemove)
        #expect(try await half.calls().contains(post) == false)
        let done = try await tenant(labels: ["main"])
        let nothing = try await move(done)
        #expect(!nothing.didAdd && !nothing.didRemove)
        #expect(try await done.calls().allSatisfy { $0.hasPrefix("GET") })
    }

    @Test func `a refusal names every reason, and nothing is removed`() async throws {
        let failures: JSONValue = [
            ["name": "review-threshold", "detail": "1 of 2 reviews"], ["name": "matrix-incomplete", "detail": "no \u{1B}[2Jmusl cell"],
        ]
        let tenant = try await tenant(faults: ["POST channels": [["status": 403, "body": ["error": "refused", "failures": failures]]]])
        let error = await refusal { try await move(tenant) }
        #expect(
            error?.refusal?.reasons == [
                RefusalReason(name: "review-threshold", detail: "1 of 2 reviews"),
                RefusalReason(name: "matrix-incomplete", detail: "no [2Jmusl cell"),
            ])
        #expect(try await labels(tenant) == ["manual"])
        #expect(try await tenant.calls().contains(delete) == false)
    }

    @Test func `a label that was added and is not shown removes nothing`() async throws {
        let tenant = try await tenant(faults: ["POST channels": [["ignore": true]]])
        #expect(await refusal { try await move(tenant) } == .labelNotSeen(.main, try Fixture.path(), try tenant.channel()))
        #expect(try await tenant.calls().contains(delete) == false)
    }

    @Test(arguments: [500, 502, 504])
    func `a server that keeps failing to add removes nothing`(status: Int) async throws {
        let fault: JSONValue = ["status": .integer(Int64(status)), "body": ["error": "down"]]
        let tenant = try await tenant(faults: ["POST channels": .array(Array(repeating: fault, count: 20))])
        #expect(await refusal { try await move(tenant) }?.refusal?.status == status)
        #expect(try await tenant.calls().contains(delete) == false)
    }

    @Test(
        arguments: ["POST channels", "DELETE channels"], [["reset": "after"], ["reset": "before"], ["status": 504, "after": true]] as [JSONValue])
    func `an answer that is lost is settled by looking`(step: String, fault: JSONValue) async throws {
        let tenant = try await tenant(faults: .object([.init(step, [fault])]))
        #expect(try await move(tenant).file.labels == [.main])
        #expect(try await labels(tenant) == ["main"])
    }

    @Test func `a label that stays although it was removed is told`() async throws {
        let tenant = try await tenant(faults: ["DELETE channels": [["ignore": true]]])
        #expect(await refusal { try await move(tenant) } == .labelStillThere(.manual, try Fixture.path(), try tenant.channel()))
        #expect(try await labels(tenant) == ["main", "manual"])
    }

    @Test func `other bytes are not moved, and nothing is asked for them`() async throws {
        let other = SHA256Digest(of: "other")
        let tenant = try await tenant(sha256: other)
        #expect(await refusal { try await move(tenant) } == .differentBytes(try Fixture.path(), try tenant.channel(), there: other, ours: sha256))
        #expect(try await tenant.calls() == [look])
    }

    @Test func `bytes that change between adding and looking stop the move`() async throws {
        let other = Fixture.stored(labels: ["manual"], sha256: SHA256Digest(of: "other"))
        let tenant = try await tenant(faults: ["POST channels": [["put": other]]])
        guard case .differentBytes = await refusal({ () async throws in try await move(tenant) }) else {
            Issue.record("the change was not seen")
            return
        }
        #expect(try await tenant.calls().contains(delete) == false)
    }

    @Test func `a file that has neither label, or is not there, is not moved`() async throws {
        let elsewhere = try await tenant(labels: ["cfep03"])
        #expect(await refusal { try await move(elsewhere) } == .notThere(try Fixture.path(), try elsewhere.channel()))
        let nowhere = try Tenant()
        #expect(await refusal { try await move(nowhere) } == .notThere(try Fixture.path(), try nowhere.channel()))
    }

    @Test func `labels and their files are listed, with those that are none of ours`() async throws {
        let tenant = try await tenant(labels: ["manual", "main", "not a label"])
        let listed = try await tenant.server().labels(of: tenant.channel())
        #expect(listed.labels == [.main, .manual] && listed.others == ["not a label"])
        let files = try await tenant.server().files(of: tenant.channel(.main))
        #expect(files.files == [try Fixture.path()] && files.others.isEmpty)
        #expect(try await tenant.server().files(of: tenant.channel(.cfep03)).files.isEmpty)
    }
}
