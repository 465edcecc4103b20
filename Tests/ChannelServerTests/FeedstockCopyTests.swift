import Basics
import ChannelServer
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Processes
import SystemPackage
import Testing

/// The copy out of staging, as conda-forge's clients ask for it.
@Suite struct FeedstockCopyTests {
    /// A server whose `foo` and `nop` belong to `foo-feedstock`, and that feedstock's token.
    private func run(
        gate: (any PromotionGate)? = nil, _ body: @escaping @Sendable (TestServer, _ token: String) async throws -> Void
    ) async throws {
        try await TestServer.run(configure: { if let gate { $0.gate = gate } }) { server in
            try server.folder.registerOutput("foo", to: "foo-feedstock")
            try server.folder.registerOutput("nop", to: "foo")
            let path = try server.folder.issueFeedstockToken(for: "foo-feedstock")
            try await body(server, try path.text().trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    private func copy(
        _ server: TestServer, _ token: String?, _ outputs: JSONValue, label: String = "manual", feedstock: String = "foo-feedstock",
        hashType: String? = "sha256"
    ) async throws -> (status: Int, json: JSONValue) {
        var body: [JSONValue.Member] = [
            .init("feedstock", .string(feedstock)), .init("outputs", outputs), .init("channel", .string(label)), .init("provider", nil),
            .init("comment_on_error", false),
        ]
        if let hashType { body.append(.init("hash_type", .string(hashType))) }
        let answer = try await server.probe.request(
            "POST", "/feedstock-outputs/copy", headers: token.map { ["FEEDSTOCK_TOKEN": $0] } ?? [:], body: Array(JSONValue.object(body).serialized())
        )
        return (answer.status, try JSONValue(parsing: answer.body))
    }

    @Test func `copies what is valid, verifies it and clears staging`() async throws {
        let (foo, nop) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("nop-1-0.conda"))
        try await run { server, token in
            let one = try Upload(foo, to: "cf-staging", on: server)
            let two = try Upload(nop, to: "cf-staging", on: server, subdir: "noarch")
            #expect(try await one.run().status == 200)
            #expect(try await two.run().status == 200)
            #expect(try await server.call("PUT", "/evidence/cf-staging/\(one.basename).audit.json", as: "cf-staging.upload", ["a": 1]).status == 201)
            let outputs: JSONValue = .object([
                .init(one.basename, .string(SHA256Digest(of: one.bytes).hexadecimal)),
                .init(two.basename, .string(SHA256Digest(of: two.bytes).hexadecimal)),
            ])
            let answer = try await copy(server, token, outputs)
            #expect(answer.status == 200)
            #expect(answer.json["feedstock_exists"] == true && answer.json["errors"] == [])
            #expect(answer.json["copied"] == .object([.init(one.basename, true), .init(two.basename, true)]))
            #expect(answer.json["valid"]?[one.basename] == true)
            #expect(try await server.call("GET", "/dist/cf-staging/foo/0.1/\(one.basename)").status == 404)
            #expect(try await server.call("GET", "/dist/conda-forge/foo/0.1/\(one.basename)").json["labels"] == ["manual"])
            #expect(try await server.probe.request("GET", "/conda-forge/label/manual/\(one.basename)").body == one.bytes)
            #expect(try await server.probe.request("GET", "/conda-forge/label/manual/\(one.basename).audit.json").text == "{\"a\":1}")
            // Asked again after all is done: it is truthful, and staging has nothing any more.
            #expect(try await copy(server, token, outputs).status == 400)
            // Uploaded to staging again: the same bytes are content, and staging is cleared again.
            #expect(try await one.run().status == 200)
            let again = try await copy(server, token, .object([.init(one.basename, .string(MD5Digest(of: one.bytes).hexadecimal))]), hashType: nil)
            #expect(again.status == 200, "md5 is the default: \(again.json)")
        }
    }

    @Test func `each output is validated on its own, in order`() async throws {
        let (foo, bar) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("bar-0.2-h1_0.conda"))
        try await run { server, token in
            let one = try Upload(foo, to: "cf-staging", on: server)
            let two = try Upload(bar, to: "cf-staging", on: server)
            #expect(try await one.run(labels: ["manual", "extra"]).status == 200)
            #expect(try await two.run().status == 200)
            let digest = SHA256Digest(of: one.bytes).hexadecimal
            let answer = try await copy(
                server, token,
                .object([
                    .init("foo.conda", .string(digest)), .init(one.basename, .string(digest)),
                    .init(two.basename, .string(SHA256Digest(of: two.bytes).hexadecimal)), .init("linux-64/foo-9-0.conda", .string(digest)),
                ]))
            #expect(answer.status == 400)
            #expect(answer.json["valid"]?.object?.allSatisfy { $0.value == false } == true)
            let errors = answer.json["errors"]?.array?.compactMap(\.string) ?? []
            #expect(errors.count == 4)
            #expect(errors[0].contains("is not `subdir/file`"))
            #expect(errors[1] == "\(one.basename) does not have a valid checksum or correct label on cf-staging", "an extra label")
            #expect(errors[2] == "output \(two.basename) not allowed for foo-feedstock")
            #expect(errors[3].contains("does not have a valid checksum"))
            #expect(try await server.call("GET", "/dist/cf-staging/foo/0.1/\(one.basename)").status == 200, "what was not copied stays on staging")

            let body: JSONValue = ["basename": .string(one.basename)]
            #expect(try await server.call("DELETE", "/channels/cf-staging/extra", as: "cf-staging.upload", body).status == 201)
            for wrong in [String(repeating: "0", count: 64), "", "zz", digest.uppercased() + "00"] {
                #expect(try await copy(server, token, .object([.init(one.basename, .string(wrong))])).status == 400)
            }
            #expect(try await copy(server, token, .object([.init(one.basename, .string(digest))]), label: "dev").status == 400)
            #expect(try await copy(server, token, .object([.init(one.basename, .string(digest))])).status == 200)
        }
    }

    @Test func `a request without its parts is a bad request`() async throws {
        try await run { (server: TestServer, token: String) async throws in
            let outputs: JSONValue = ["linux-64/foo-0.1-h1_0.conda": "00"]
            func reason(_ token: String?, _ outputs: JSONValue, label: String = "manual", feedstock: String = "foo", hashType: String = "sha256")
                async throws
                -> String?
            {
                let answer = try await copy(server, token, outputs, label: label, feedstock: feedstock, hashType: hashType)
                return answer.status == 400 && answer.json["message"] == "Bad Request" ? answer.json["reason"]?.string : nil
            }
            #expect(try await reason(nil, outputs) == "the feedstock token is not valid")
            #expect(try await reason(token.uppercased() + "x", outputs) == "the feedstock token is not valid")
            #expect(try await reason(token, outputs, feedstock: "bar-feedstock") != nil)
            #expect(try await reason(token, outputs, feedstock: "../../tokens/foo") != nil)
            #expect(try await reason(token, [:]) != nil)
            #expect(try await reason(token, outputs, label: "a/b") != nil)
            #expect(try await reason(token, outputs, hashType: "sha1") != nil)
            #expect(!server.log.text.contains(token))
        }
    }

    @Test func `a protected label asks the gate here too`() async throws {
        let foo = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await run { server, token in
            let one = try Upload(foo, to: "cf-staging", on: server)
            #expect(try await one.run(labels: ["main"]).status == 200)
            let answer = try await copy(
                server, token, .object([.init(one.basename, .string(SHA256Digest(of: one.bytes).hexadecimal))]), label: "main")
            #expect(answer.status == 400)
            #expect(answer.json["valid"]?[one.basename] == true && answer.json["copied"]?[one.basename] == false)
            #expect(answer.json["errors"]?[0]?.string?.contains("roster-unpinned") == true)
            #expect(try await server.call("GET", "/dist/conda-forge/foo/0.1/\(one.basename)").status == 404)
        }
    }

    @Test func `other bytes under a published name are refused and stay on staging`() async throws {
        let (one, two) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("foo-0.1-h1_0.tar.bz2"))
        try await TemporaryDirectory.with { place in
            // The same name with other bytes: an artifact whose ZIP has a longer comment-free twin cannot be had, so the archive is repacked.
            let other = place.appending("foo-0.1-h1_0.tar.bz2")
            _ = try await Command(
                "sh", ["-c", "bzip2 -dc \"$1\" | bzip2 -1c > \"$2\" && printf '' | bzip2 -c >> \"$2\"", "sh", two.string, other.string]
            ).output()
            try await self.run { server, token in
                #expect(try await Upload(two, to: "cf-staging", on: server).run().status == 200)
                func digest(_ path: FilePath) throws -> JSONValue { .string(try SHA256Digest(ofFile: path).hexadecimal) }
                let basename = "linux-64/foo-0.1-h1_0.tar.bz2"
                #expect(try await copy(server, token, .object([.init(basename, try digest(two))])).status == 200)
                #expect(try await Upload(other, to: "cf-staging", on: server).run().status == 200)
                let answer = try await copy(server, token, .object([.init(basename, try digest(other))]))
                #expect(answer.status == 400)
                #expect(answer.json["errors"]?[0]?.string?.contains("raise the build number") == true)
                #expect(try await server.call("GET", "/dist/cf-staging/foo/0.1/\(basename)").status == 200)
            }
        }
        _ = one
    }

    @Test func `takes tokens that conda-smithy's registry holds`() async throws {
        let foo = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            try server.folder.registerOutput("foo", to: "foo")
            let script = """
                import hashlib, json, os, sys, time
                def entry(token, **more):
                    salt = os.urandom(64)
                    hashed = hashlib.scrypt(token.encode(), salt=salt, n=16384, r=8, p=1, dklen=256)
                    return dict(salt=salt.hex(), hashed_token=hashed.hex(), **more)
                json.dump({"tokens": [entry("elsewhere", provider="azure"), entry("gone", expires_at=time.time() - 1), entry("valid", expires_at=time.time() + 600)]},
                          open(sys.argv[1], "w"))
                """
            let registered = server.path.appending("registry/tokens/foo.json")
            try registered.removingLastComponent().createDirectory()
            _ = try await Command(.path(TestArtifacts.python), ["-c", script, registered.string]).output()
            let upload = try Upload(foo, to: "cf-staging", on: server)
            #expect(try await upload.run().status == 200)
            let outputs: JSONValue = .object([.init(upload.basename, .string(SHA256Digest(of: upload.bytes).hexadecimal))])
            for token in ["elsewhere", "gone", "wrong"] { #expect(try await copy(server, token, outputs).json["message"] == "Bad Request") }
            #expect(try await copy(server, "valid", outputs).status == 200)
        }
    }
}
