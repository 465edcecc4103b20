import ChannelServer
import Conda
import JSONReading
import Testing

/// The mishaps that other rooms' tests play on their clients.
@Suite struct FaultTests {
    @Test func `a fault is played once, at its step`() async throws {
        let artifact = try await TestArtifacts.path("foo-0.1-h1_0.conda")
        let faults = FaultPlan()
        try await TestServer.run(configure: { $0.faults = faults }) { server in
            let upload = try Upload(artifact, to: "me", on: server)
            try await upload.prepare()
            faults.add(.status(409, message: "being uploaded"), at: .stage)
            faults.add(.status(401, message: "no"), at: .stage)
            #expect(try await upload.stage().json["error"] == "being uploaded")
            #expect(try await upload.stage().status == 401)
            let staged = try await upload.stage().json

            faults.add(.objectStoreError(code: "InvalidDigest"), at: .object)
            #expect(try await upload.post(staged).text.contains("<Code>InvalidDigest</Code>"))
            faults.add(.resetBefore, at: .object)
            #expect(try await upload.post(staged).status == 0)
            #expect(try await upload.commit(staged).status == 409, "nothing was stored")
            faults.add(.resetAfter, at: .object)
            #expect(try await upload.post(staged).status == 0)
            faults.add(.resetAfter, at: .commit)
            #expect(try await upload.post(staged).status == 201, "the same form may be posted again")
            #expect(try await upload.commit(staged).status == 0)
            #expect(try await server.call("GET", "/dist/" + upload.path).status == 200, "the commit was done, only its answer was lost")

            faults.add(.header(name: "X-Anaconda-Read-Only", value: "1"), at: .root)
            #expect(try await server.probe.request("GET", "/").headers["x-anaconda-read-only"] == "1")
            faults.add(.delayAfter(.milliseconds(120)), at: .root)
            let clock = ContinuousClock.now
            _ = try await server.probe.request("GET", "/")
            #expect(ContinuousClock.now - clock > .milliseconds(100))
            faults.add(.flippedByte, at: .file)
            let flipped = try await server.probe.request("GET", "/me/label/manual/" + upload.basename).body
            #expect(flipped.count == upload.bytes.count && zip(flipped, upload.bytes).count { $0 != $1 } == 1)
            faults.add(.emptyList, at: .copy)
            #expect(
                try await server.call("POST", "/copy/package/me/foo/0.1/", as: "conda-forge.promote", ["to_owner": "conda-forge"]).json == [])
            #expect(faults.calls(of: .stage) == 3)
        }
    }
}
