import Basics
import ChannelServer
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage
import Testing

/// Uploads done step by step, rightly and wrongly.
@Suite struct UploadTests {
    @Test(arguments: [false, true]) func `publishes what was staged, whichever way the basename is spelled`(quoted: Bool) async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            try await upload.prepare()
            #expect(try await server.call("GET", "/dist/" + upload.path, as: "me.upload").status == 404)
            let staged = try await upload.stage(labels: ["manual", "dev"], quoted: quoted)
            #expect(staged.status == 200)
            #expect(try await upload.post(staged.json).status == 201)
            #expect(try await upload.commit(staged.json, quoted: quoted).status == 200)
            let dist = try await server.call("GET", "/dist/" + (quoted ? upload.quotedPath : upload.path)).json
            #expect(dist["sha256"]?.string == SHA256Digest(of: upload.bytes).hexadecimal)
            #expect(dist["md5"]?.string == MD5Digest(of: upload.bytes).hexadecimal)
            #expect(dist["size"]?.integer == Int64(upload.bytes.count))
            #expect(dist["labels"] == ["dev", "manual"])
            #expect(dist["attrs"]?["build"] == "h1_0")
            #expect(try await server.probe.request("GET", "/download/" + upload.path).body == upload.bytes)
            #expect(try await server.probe.request("GET", "/me/label/dev/" + upload.basename).body == upload.bytes)
            #expect(try await server.probe.request("GET", "/me/" + upload.basename).status == 404, "it is not on main")
            // A client that lost the answer asks again and gets the same.
            #expect(try await upload.commit(staged.json).json["sha256"] == dist["sha256"])
        }
    }

    @Test func `an object post is held against its form`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run(configure: { $0.artifactByteLimit = 2000 }) { server in
            let upload = try Upload(artifact, to: "me", on: server)
            try await upload.prepare()
            let staged = try await upload.stage().json
            func refusal(_ bytes: [UInt8]? = nil, _ change: (inout [(String, String)]) -> Void) async throws -> String {
                let answer = try await upload.post(staged, bytes: bytes, change: change)
                #expect(answer.status >= 400 && answer.headers["content-type"] == "application/xml")
                return answer.text
            }
            func set(_ name: String, _ value: String?) -> (inout [(String, String)]) -> Void {
                { fields in fields = fields.compactMap { $0.0 == name ? value.map { (name, $0) } : $0 } }
            }
            #expect(try await refusal(nil, set("signature", String(repeating: "ab", count: 32))).contains("<Code>SignatureDoesNotMatch</Code>"))
            #expect(try await refusal(nil, set("key", "another")).contains("<Code>AccessDenied</Code>"))
            #expect(try await refusal(nil, set("policy", nil)).contains("<Code>MalformedPOSTRequest</Code>"))
            #expect(
                try await refusal(nil, set("Content-MD5", Base64.encode([UInt8](repeating: 0, count: 16)))).contains("<Code>InvalidDigest</Code>"))
            #expect(try await refusal(nil, set("Content-Length", "5")).contains("<Code>IncompleteBody</Code>"))
            #expect(try await refusal([UInt8](repeating: 7, count: 2001)) { _ in }.contains("<Code>EntityTooLarge</Code>"))
            #expect(try await upload.commit(staged).status == 409, "no bytes were kept")
            #expect(try server.path.appending("incoming").children().isEmpty)
            // The form itself is still good.
            #expect(try await upload.post(staged).status == 201)
            #expect(try await upload.commit(staged).status == 200)
            #expect(try await upload.post(staged).text.contains("<Code>AccessDenied</Code>"), "a committed upload takes no more bytes")
        }
    }

    @Test func `a form that is too old is refused`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run(configure: { $0.uploadSeconds = 0 }) { server in
            let upload = try Upload(artifact, to: "me", on: server)
            try await upload.prepare()
            #expect(try await upload.post(try await upload.stage().json).text.contains("expired"))
        }
    }

    @Test func `a connection that breaks leaves nothing, and the upload can be done again`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            let upload = try Upload(artifact, to: "me", on: server)
            try await upload.prepare()
            let staged = try await upload.stage().json
            for count in [900, 1400, 1900] { #expect(try await upload.post(staged, sending: count).status != 201) }
            #expect(try await upload.commit(staged).status == 409)
            #expect(try await upload.run().status == 200)
        }
    }

    @Test func `a commit is held against the staged digest and the bytes' own index`() async throws {
        let (one, two) = (try await TestArtifacts.path("foo-0.1-h1_0.tar.bz2"), try await TestArtifacts.path("foo-0.2-h1_0.tar.bz2"))
        try await TestServer.run { server in
            let upload = try Upload(one, to: "me", on: server)
            try await upload.prepare()
            let staged = try await upload.stage(sha256: String(repeating: "00", count: 32)).json
            #expect(try await upload.post(staged).status == 201)
            let wrongDigest = try await upload.commit(staged)
            #expect(wrongDigest.status == 400)
            #expect(wrongDigest.json["error"]?.string?.contains("SHA-256") == true)

            let other = Array(try two.contents())
            for (bytes, reason) in [
                (other, "foo-0.2-h1_0"), (Array("no archive".utf8), "not a conda artifact"), (Array(other.dropLast(20)), "foo-0.1"),
            ] {
                let staged = try await upload.stage(sha256: SHA256Digest(of: bytes).hexadecimal).json
                #expect(try await upload.post(staged, bytes: bytes).status == 201)
                let answer = try await upload.commit(staged)
                #expect(answer.status == 400)
                #expect(answer.json["error"]?.string?.contains(reason) == true, "\(answer.json)")
            }
            // The index says linux-64.
            let noarch = try Upload(one, to: "me", on: server, subdir: "noarch")
            #expect(try await noarch.run().status == 400)
            #expect(try await server.call("GET", "/me/label/manual/noarch/repodata.json").status == 404, "nothing was published")
        }
    }

    @Test func `a published name keeps its bytes for ever, also after removal`() async throws {
        let (one, two) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("foo-0.2-h1_0.conda"))
        try await TestServer.run { server in
            let upload = try Upload(one, to: "me", on: server)
            #expect(try await upload.run().status == 200)
            #expect(try await upload.stage().status == 409)
            #expect(try await server.call("DELETE", "/dist/" + upload.path, as: "me.upload").status == 403)
            #expect(try await server.call("DELETE", "/dist/" + upload.path, as: "me.promote").status == 200)
            #expect(try await server.call("GET", "/dist/" + upload.path).status == 404)
            let other = try await upload.stage(sha256: SHA256Digest(of: try two.contents()).hexadecimal)
            #expect(other.status == 409)
            #expect(other.json["error"]?.string?.contains("raise the build number") == true)
            #expect(try await upload.run().status == 200, "the same bytes may come back")
        }
    }

    @Test func `a staging owner forgets what was removed`() async throws {
        let (one, two) = (try await TestArtifacts.path("foo-0.1-h1_0.conda"), try await TestArtifacts.path("foo-0.2-h1_0.conda"))
        try await TestServer.run { server in
            let upload = try Upload(one, to: "cf-staging", on: server)
            #expect(try await upload.run(labels: ["main"]).status == 200, "on staging a label is only a wish")
            #expect(try await server.call("DELETE", "/dist/" + upload.path, as: "cf-staging.upload").status == 200)
            #expect(try await upload.stage(sha256: SHA256Digest(of: try two.contents()).hexadecimal).status == 200)
        }
    }

    @Test func `tokens are for one owner and for what they say`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        try await TestServer.run { server in
            func status(_ token: String?) async throws -> Int { try await server.call("POST", "/package/me/foo", as: token, [:]).status }
            #expect(try await status(nil) == 401)
            for token in ["me.read", "me.evidence", "me.promote", "cf-staging.upload"] { #expect(try await status(token) == 403) }
            let bad = String(try server.token("me.upload").dropLast()) + "z"
            #expect(try await server.probe.request("GET", "/user/me", token: bad).status == 401)
            let swapped = try server.token("me.upload").prefix(16) + server.token("me.promote").dropFirst(16)
            #expect(try await server.probe.request("GET", "/user", token: String(swapped)).status == 401)
            #expect(try await status("me.upload") == 200)
            #expect(try await server.call("GET", "/user", as: "me.upload").json["login"] == "me")
            #expect(try await Upload(artifact, to: "conda-forge", on: server, as: "me.upload").stage().status == 403)
            for token in ["me.upload", "me.read"] {
                let secret = try server.token(token).suffix(64)
                #expect(!server.log.text.contains(secret))
            }
            #expect(server.log.text.contains("POST /package/me/foo 200"))
        }
    }

    @Test func `a closed owner shows what it has to tokens alone`() async throws {
        let artifact = try await TestArtifacts.path("nop-1-0.conda")
        try await TemporaryDirectory.with { place in
            let path = place.appending("data")
            let secret = try TestServer.owner("secret")
            let (folder, _) = try await ChannelFolder.create(at: path, owners: [secret], closed: [secret])
            try await TestServer.again(path, folder) { server in
                #expect(try await Upload(artifact, to: "secret", on: server, subdir: "noarch").run().status == 200)
                let page = "/secret/label/manual/noarch/repodata.json"
                #expect(try await server.call("GET", page).status == 401)
                #expect(try await server.call("GET", page, as: "secret.read").status == 200)
                let token = try server.token("secret.read")
                #expect(try await server.call("GET", "/t/\(token)\(page)").status == 200)
                #expect(!server.log.text.contains(token))
                #expect(server.log.text.contains("GET /t/***\(page) 200"))
            }
        }
    }
}
