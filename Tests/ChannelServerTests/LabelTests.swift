import ChannelServer
import Conda
import Files
import JSONReading
import Synchronization
import SystemPackage
import Testing

/// A gate that says what it is told and remembers what it was asked.
private final class ScriptedGate: PromotionGate {
    let demandsEvidence: Bool
    let verdict = Mutex(PromotionVerdict.accepted)
    let asked = Mutex<[(label: String, bytes: Int, sidecars: [String])]>([])

    init(demandsEvidence: Bool = false) { self.demandsEvidence = demandsEvidence }

    func verdict(on request: PromotionRequest) async -> PromotionVerdict {
        let bytes = (try? request.path.byteCount()) ?? -1
        let names = request.sidecars.values.compactMap { $0.lastComponent?.string }.sorted()
        asked.withLock { $0.append((request.label.name, bytes, names)) }
        return verdict.withLock { $0 }
    }
}

@Suite struct LabelTests {
    private static let refusal = PromotionVerdict.refused([
        PromotionFailure(name: "review-threshold", detail: "nobody reviewed it"), PromotionFailure(name: "not-logged", detail: "no ledger holds it"),
    ])

    @Test func `without a roster no road leads to a protected label`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            try await upload.prepare()
            let staged = try await upload.stage(labels: ["main"])
            #expect(staged.status == 403, "refused before the bytes are sent")
            #expect(staged.json["failures"]?[0]?["name"] == "evidence-missing")
            #expect(try await upload.stage(labels: []).status == 403, "no label means main")
            #expect(try await upload.run().status == 200)
            let body: JSONValue = ["package": "foo", "version": "0.1", "basename": .string(upload.basename)]
            let added = try await server.call("POST", "/channels/me/main", as: "me.promote", body)
            #expect(added.status == 403)
            #expect(added.json["failures"]?[0]?["name"] == "roster-unpinned")
            #expect(try await server.call("POST", "/channels/me/manual/copy/main", as: "me.promote").status == 403)
            for method in ["POST", "PUT", "PATCH"] {
                let copied = try await server.call(
                    method, "/copy/package/me/foo/0.1/\(upload.basename)", as: "conda-forge.promote",
                    ["to_owner": "conda-forge", "from_channel": "manual", "to_channel": "main"])
                #expect(copied.status == 403)
            }
            #expect(try await server.call("GET", "/me/linux-64/repodata.json").json["packages.conda"] == [:])
            #expect(try await server.call("GET", "/conda-forge/linux-64/repodata.json").json["packages.conda"] == [:])
        }
    }

    @Test func `the gate sees the bytes and the evidence, and every failure is named`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        let gate = ScriptedGate()
        try await TestServer.run(configure: { $0.gate = gate }) { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            #expect(try await server.call("PUT", "/evidence/me/\(upload.basename).intoto.jsonl", as: "me.upload", ["payload": "x"]).status == 201)
            gate.verdict.withLock { $0 = Self.refusal }
            let body: JSONValue = ["basename": .string(upload.basename)]
            let refused = try await server.call("POST", "/channels/me/main", as: "me.promote", body)
            #expect(refused.status == 403)
            #expect(refused.json["failures"]?.array?.compactMap { $0["name"]?.string } == ["review-threshold", "not-logged"])
            #expect(refused.json["error"]?.string?.contains("nobody reviewed it") == true)
            let asked = gate.asked.withLock { $0.last }
            #expect(asked?.bytes == upload.bytes.count)
            #expect(asked?.sidecars == ["foo-0.1-h1_0.conda.intoto.jsonl"])
            gate.verdict.withLock { $0 = .accepted }
            #expect(try await server.call("POST", "/channels/me/main", as: "me.upload", body).status == 403, "an uploader does not promote")
            #expect(try await server.call("POST", "/channels/me/main", as: "me.promote", body).status == 201)
            #expect(try await server.call("GET", "/dist/" + upload.path).json["labels"] == ["main", "manual"])
            #expect(try server.path.appending("incoming").children().isEmpty)
        }
    }

    @Test func `a gate is also asked about an upload that names a protected label`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        let gate = ScriptedGate()
        gate.verdict.withLock { $0 = Self.refusal }
        try await TestServer.run(configure: { $0.gate = gate }) { server in
            let upload = try Upload(artifact, to: "me", on: server)
            let answer = try await upload.run(labels: ["main", "manual"])
            #expect(answer.status == 403)
            #expect(answer.json["failures"]?[1]?["name"] == "not-logged")
            #expect(try await server.call("GET", "/dist/" + upload.path).status == 404, "it is on no label at all")
        }
    }

    @Test func `evidence that changes while the gate looks is not what it accepted`() async throws {
        /// Adds evidence while it judges, as somebody else might.
        final class BusyGate: PromotionGate {
            let demandsEvidence = false
            let add = Mutex<(@Sendable () async -> Void)?>(nil)
            func verdict(on request: PromotionRequest) async -> PromotionVerdict {
                let work = add.withLock { $0 }
                await work?()
                return .accepted
            }
        }
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        let gate = BusyGate()
        try await TestServer.run(configure: { $0.gate = gate }) { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            gate.add.withLock { add in
                add = { _ = try? await server.call("PUT", "/evidence/me/\(upload.basename).intoto.jsonl", as: "me.evidence", ["withdrawn": true]) }
            }
            let body: JSONValue = ["basename": .string(upload.basename)]
            #expect(try await server.call("POST", "/channels/me/main", as: "me.promote", body).status == 409)
            #expect(try await server.call("GET", "/dist/" + upload.path).json["labels"] == ["manual"])
        }
    }

    @Test func `labels come and go, but never the last one`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            let body: JSONValue = ["package": "foo", "version": nil, "basename": .string(upload.basename.replacing("/", with: "%2F"))]
            #expect(try await server.call("DELETE", "/channels/me/manual", as: "me.promote", body).status == 409)
            #expect(try await server.call("POST", "/channels/me/broken", as: "me.promote", body).status == 201)
            #expect(try await server.call("DELETE", "/channels/me/manual", as: "me.promote", body).status == 201)
            #expect(try await server.call("GET", "/channels/me/broken").json["files"]?[0]?["basename"] == .string(upload.basename))
            #expect(try await server.call("GET", "/channels/me/manual").json["files"] == [])
            #expect(try await server.call("GET", "/channels/me").json["broken"]?["files"] == 1)
            #expect(try await server.call("GET", "/channels/me/nix").status == 404)
            #expect(try await server.call("POST", "/channels/me/dev", as: "me.promote", ["package": "nix"]).status == 404)
        }
    }

    @Test func `a locked label takes and gives nothing`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run(labels: ["dev", "manual"]).status == 200)
            #expect(try await server.call("POST", "/channels/me/dev/lock", as: "me.promote").status == 201)
            #expect(try await server.call("GET", "/channels/me/dev").json["is_locked"] == true)
            let body: JSONValue = ["basename": .string(upload.basename)]
            #expect(try await server.call("DELETE", "/channels/me/dev", as: "me.promote", body).status == 409)
            #expect(try await server.call("DELETE", "/channels/me/dev/lock", as: "me.promote").status == 201)
            #expect(try await server.call("DELETE", "/channels/me/dev", as: "me.promote", body).status == 201)
        }
    }

    @Test func `a copy never replaces, and equal bytes only get the label`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            func copy(_ method: String, to label: String) async throws -> (status: Int, json: JSONValue) {
                try await server.call(
                    method, "/copy/package/me/foo/0.1/\(upload.basename.replacing("/", with: "%2F"))", as: "conda-forge.promote",
                    ["to_owner": "conda-forge", "from_channel": "manual", "to_channel": .string(label)])
            }
            #expect(try await copy("POST", to: "dev").json[0]?["basename"] == .string(upload.basename))
            #expect(try await copy("POST", to: "dev").status == 409)
            let again = try await copy("PATCH", to: "rc")
            #expect(again.status == 200 && again.json == [])
            #expect(try await server.call("GET", "/dist/conda-forge/foo/0.1/\(upload.basename)").json["labels"] == ["dev", "rc"])
        }
    }
}
