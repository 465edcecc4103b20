import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage
import Testing
import Transport

@testable import Publishing

@Suite struct ChannelReaderTests {
    private static let repodata = """
        {"info": {"subdir": "linux-64"}, "packages": {"a-1-0.tar.bz2": {"name": "a", "version": "1", "build": "0", "build_number": 3, "size": 9,
        "depends": ["b >=2"], "sha256": "\(Fixture.sha256)"}}, "packages.conda": {"\(Fixture.name)": {"name": "foo-bar", "version": "1.0",
        "build": "h1_0", "build_number": 0, "subdir": "linux-64", "sha256": "\(Fixture.sha256)", "size": 70000}}}
        """

    private func tenant(_ repodata: String) async throws -> Tenant {
        let tenant = try Tenant()
        try await tenant.tell(plain: ["linux-64/repodata.json": .string(repodata)])
        return tenant
    }

    @Test func `repodata lists both kinds, by name`() async throws {
        let repodata = try await tenant(Self.repodata).reader().repodata(.linux64)
        #expect(repodata.entries.map(\.path.name.fileName) == ["a-1-0.tar.bz2", Fixture.name])
        #expect(repodata.entries[0].buildNumber == 3 && repodata.entries[0].depends == ["b >=2"] && repodata.entries[1].byteCount == 70_000)
        #expect(repodata.unreadable.isEmpty)
    }

    @Test(arguments: [
        ("\"name\": \"foo-bar\"", "\"name\": \"other\""), ("\"version\": \"1.0\"", "\"version\": \"1.1\""),
        ("\"subdir\": \"linux-64\", \"sha", "\"subdir\": \"noarch\", \"sha"),
        ("\"\(Fixture.name)\"", "\"../\(Fixture.name)\""), (", \"size\": 70000", ""),
    ])
    func `a record that contradicts itself is told apart, not used`(text: String, other: String) async throws {
        let changed = Self.repodata.replacingOccurrences(of: text, with: other)
        try #require(changed != Self.repodata)
        let repodata = try await tenant(changed).reader().repodata(.linux64)
        let isFine = other.isEmpty
        #expect(repodata.entries.count == (isFine ? 2 : 1))
        #expect(repodata.unreadable.count == (isFine ? 0 : 1))
    }

    @Test func `a record without a SHA-256 cannot be tested`() throws {
        let value: JSONValue = ["packages": ["a-1-0.conda": ["name": "a", "version": "1", "build": "0", "md5": "00"]]]
        #expect(try Repodata(parsing: value, subdir: .linux64).unreadable == ["`a-1-0.conda`: its record holds no SHA-256"])
    }

    @Test func `repodata cut at any byte is refused`() throws {
        let bytes = Data(Self.repodata.utf8)
        for count in 0..<bytes.count {
            #expect(throws: (any Error).self) { try Repodata(parsing: JSONValue(parsing: bytes.prefix(count)), subdir: .linux64) }
        }
    }

    @Test func `repodata with a key twice is refused, and a subdir that is not there is empty`() async throws {
        let twice = "{\"packages\": {}, \"packages\": {}}"
        let error = await refusal { try await tenant(twice).reader().repodata(.linux64) }
        guard case .badAnswer = error else {
            Issue.record("it was read")
            return
        }
        #expect(try await Tenant().reader().repodata(.noarch).entries.isEmpty)
    }

    private func artifactTenant(_ faults: JSONValue = [:]) async throws -> Tenant {
        let tenant = try Tenant()
        let text = String(String.UnicodeScalarView(Fixture.bytes.map { Unicode.Scalar($0) }))
        try await tenant.tell(faults: faults, plain: .object([.init("linux-64/\(Fixture.name)", .string(text))]))
        return tenant
    }

    private func download(_ tenant: Tenant, _ folder: FilePath, _ sha256: SHA256Digest = Fixture.sha256, byteCount: Int64 = 70_000) async throws
        -> FilePath
    {
        try await tenant.reader().download(Fixture.path(), expecting: sha256, byteCount: byteCount, into: folder)
    }

    @Test func `an artifact is downloaded once, and its bytes are proven`() async throws {
        let tenant = try await artifactTenant()
        try await TemporaryDirectory.with { folder in
            #expect(try await download(tenant, folder).contents() == Fixture.bytes)
            _ = try await download(tenant, folder)
            #expect(try await tenant.calls() == ["GET /label/manual/linux-64/\(Fixture.name)"])
        }
    }

    @Test func `a download that breaks is gone on with`() async throws {
        let tenant = try await artifactTenant(["GET files": [["cut": 20_000], ["reset": "before"]]])
        try await TemporaryDirectory.with { folder in
            let file = try await download(tenant, folder)
            #expect(try file.contents() == Fixture.bytes)
            #expect(tenant.waits.durations == [.seconds(1), .seconds(2)])
        }
    }

    @Test func `other bytes are not kept`() async throws {
        let tenant = try await artifactTenant()
        let expected = SHA256Digest(of: "other")
        try await TemporaryDirectory.with { folder in
            #expect(
                await refusal { try await download(tenant, folder, expected) }
                    == .digestMismatch(Fixture.name, expected: expected, actual: Fixture.sha256))
            let children = try folder.children()
            #expect(children.isEmpty)
        }
    }

    @Test func `a part of other bytes is thrown away, and the file fetched whole`() async throws {
        let tenant = try await artifactTenant()
        try await TemporaryDirectory.with { folder in
            try folder.appending(".\(Fixture.name).part").replaceContents(with: Data(count: 500))
            #expect(try await download(tenant, folder).contents() == Fixture.bytes)
            #expect(try await tenant.log().count == 2)
        }
    }

    @Test func `an artifact that is not there is told`() async throws {
        let tenant = try Tenant()
        let expected = PublishingError.notThere(try Fixture.path(), try tenant.channel())
        try await TemporaryDirectory.with { folder in
            let error = await refusal { try await download(tenant, folder) }
            #expect(error == expected)
        }
    }

    @Test func `an artifact that is longer than listed is not read to its end`() async throws {
        let tenant = try await artifactTenant()
        let address = try HTTPAddress(parsing: tenant.channel().url(of: Fixture.path().name, in: .linux64))
        try await TemporaryDirectory.with { folder in
            let error = await refusal { try await download(tenant, folder, byteCount: 100) }
            #expect(error == .transport(.responseTooLarge(address, limit: 100)))
        }
    }
}
