import ChannelServer
import Conda
import Files
import Foundation
import JSONReading
import Testing

@Suite struct EvidenceTests {
    private func put(_ server: TestServer, _ path: String, _ text: String, as token: String = "me.evidence") async throws -> HTTPProbe.Answer {
        try await server.probe.request("PUT", path, token: try server.token(token), body: Array(text.utf8))
    }

    @Test func `lies beside the artifact, in every label that it has`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run(labels: ["manual", "dev"]).status == 200)
            let page = "/me/label/manual/\(upload.basename)"
            #expect(try await put(server, page + ".sig", "signature", as: "me.upload").status == 201)
            for label in ["manual", "dev"] {
                #expect(try await server.probe.request("GET", "/me/label/\(label)/\(upload.basename).sig").text == "signature")
            }
            #expect(try await server.probe.request("GET", "/evidence/me/\(upload.basename).sig").text == "signature")
            #expect(try await server.probe.request("GET", "/me/\(upload.basename).sig").status == 404, "it is not on main")
            #expect(try await put(server, page + ".exe", "x").status == 404)
            #expect(try await put(server, page + ".sig", "x", as: "me.read").status == 403)
            #expect(try await put(server, page + ".sig", "", as: "me.evidence").status == 400)
            #expect(try await put(server, page + ".sig", String(repeating: "x", count: 17 << 10)).status == 413)
            #expect(try await put(server, page + ".audit.json", "{\"a\":1,\"a\":2}").status == 400)
        }
    }

    @Test func `a newer version needs a right of its own and hides no older one`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            let weak = try await server.folder.issueToken(for: try TestServer.owner("me"), scopes: [.upload], named: "weak")
            let weakText = try weak.path.text().trimmingCharacters(in: .whitespacesAndNewlines)
            let page = "/evidence/me/\(upload.basename).sig"
            #expect(try await put(server, page, "one", as: "me.weak").status == 201)
            #expect(try await put(server, page, "one", as: "me.weak").status == 200, "the same again is no version")
            #expect(try await put(server, page, "two", as: "me.weak").status == 409)
            #expect(try await put(server, page, "two").status == 201)
            #expect(try await server.probe.request("GET", page).text == "two")
            #expect(try await server.probe.request("GET", page + "?version=1").text == "one")
            #expect(try await server.probe.request("GET", page + "?version=3").status == 404)
            let list = try await server.call("GET", "/evidence/me/\(upload.basename)").json
            #expect(list["sidecars"]?.array?.compactMap { $0["version"]?.integer } == [1, 2])
            #expect(list["sidecars"]?[1]?["added_by"] == "me.evidence")
            #expect(!server.log.text.contains(weakText))
        }
    }

    @Test func `envelopes are united line by line`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            let page = "/evidence/me/\(upload.basename).intoto.jsonl"
            #expect(try await put(server, page, "{\"a\":1}\n{\"b\":2}").status == 201)
            #expect(try await put(server, page, "{\"b\": 2}\r\n\n{\"c\":3}\n{\"c\":3}\n").status == 201)
            #expect(try await server.probe.request("GET", page).text == "{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n")
            #expect(try await put(server, page, "{\"a\":1}\n").status == 200, "nothing new, no version")
            #expect(try await put(server, page, "{\"a\":1}\nnot json\n").status == 400)
            #expect(try await put(server, page, "[1]\n").status == 400)
            #expect(try await server.probe.request("GET", page + "?version=1").text == "{\"a\":1}\n{\"b\":2}\n")
        }
    }

    @Test func `envelopes and proofs of people who write at once are all there, in one file each`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            for suffix in ["intoto.jsonl", "proofs.jsonl"] {
                let page = "/evidence/me/\(upload.basename).\(suffix)"
                let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 0..<8 {
                        group.addTask { try await put(server, page, "{\"shared\":0}\n{\"by\":\(number)}\n").status }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(statuses == Array(repeating: 201, count: 8))
                let lines = try await server.probe.request("GET", page).text.split(separator: "\n").map(String.init)
                #expect(Set(lines) == Set(["{\"shared\":0}"] + (0..<8).map { "{\"by\":\($0)}" }) && lines.count == 9)
                #expect(try await server.probe.request("GET", page + "?version=8").status == 200)
            }
        }
    }

    @Test func `goes with its file when that is copied, and is never overwritten there`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            #expect(try await put(server, "/evidence/me/\(upload.basename).sig", "one").status == 201)
            #expect(try await put(server, "/evidence/me/\(upload.basename).intoto.jsonl", "{\"a\":1}\n").status == 201)
            func copy(_ label: String) async throws -> Int {
                try await server.call(
                    "PATCH", "/copy/package/me/foo/0.1/\(upload.basename)", as: "conda-forge.promote",
                    ["to_owner": "conda-forge", "from_channel": "manual", "to_channel": .string(label)]
                ).status
            }
            #expect(try await copy("dev") == 200)
            #expect(try await server.probe.request("GET", "/conda-forge/label/dev/\(upload.basename).sig").text == "one")
            // Both sides learn more envelopes; the copy unites them.
            #expect(try await put(server, "/evidence/me/\(upload.basename).intoto.jsonl", "{\"b\":2}\n").status == 201)
            #expect(
                try await put(server, "/evidence/conda-forge/\(upload.basename).intoto.jsonl", "{\"c\":3}\n", as: "conda-forge.evidence").status
                    == 201)
            #expect(try await copy("dev") == 200)
            #expect(
                try await server.probe.request("GET", "/evidence/conda-forge/\(upload.basename).intoto.jsonl").text
                    == "{\"a\":1}\n{\"c\":3}\n{\"b\":2}\n")
            // Another signature cannot be united.
            #expect(try await put(server, "/evidence/me/\(upload.basename).sig", "two").status == 201)
            #expect(try await copy("rc") == 409)
            #expect(try await server.probe.request("GET", "/evidence/conda-forge/\(upload.basename).sig").text == "one")
        }
    }
}
