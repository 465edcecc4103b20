import Files
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import Transport

/// Keeps what it saw.
private final class Witness: DownloadInspector {
    private let seen = Mutex<[UInt8]>([])
    private let isContent: Bool
    init(isContent: Bool = true) { self.isContent = isContent }
    func take(_ bytes: UnsafeRawBufferPointer) { seen.withLock { $0 += bytes } }
    func accepts() -> Bool { isContent }
    var bytes: [UInt8] { seen.withLock { $0 } }
}

@Suite struct DownloadTests {
    private let client = HTTPClient()
    private static let bytes = LoopbackServer.bytes(300_000)
    private var whole: [UInt8] { Self.bytes }

    private func with(_ body: (LoopbackServer, FilePath) async throws -> Void) async throws {
        let server = try LoopbackServer.one()
        try await TemporaryDirectory.with { folder in try await body(server, folder) }
    }

    private func download(_ path: String, _ server: LoopbackServer, to target: FilePath, _ witness: Witness, limit: Int64 = .max) async throws
        -> HTTPResponse
    {
        try await client.download(HTTPRequest(.get, server.address(path)), to: target, limit: limit, inspector: witness)
    }

    @Test func `a download is inspected, named at its end, and leaves no part`() async throws {
        try await with { server, folder in
            let witness = Witness()
            let response = try await download("/file?size=300000", server, to: folder.appending("f"), witness)
            #expect(response.status == 200)
            #expect(witness.bytes == whole)
            #expect(try Array(folder.appending("f").contents()) == whole)
            #expect(try folder.children().count == 1)
        }
    }

    @Test(arguments: ["", "&norange=1"])
    func `a broken download is taken up again, or begun anew where the server cannot`(option: String) async throws {
        try await with { server, folder in
            let target = folder.appending("f")
            await #expect(throws: TransportError.self) { try await download("/file?size=300000&cut=100000", server, to: target, Witness()) }
            #expect(!target.exists)
            let part = try folder.appending(".f.part").byteCount()
            #expect((1...100_000).contains(part))
            let witness = Witness()
            let response = try await download("/file?size=300000" + option, server, to: target, witness)
            #expect(response.status == (option.isEmpty ? 206 : 200))
            #expect(witness.bytes == whole)
            #expect(try Array(target.contents()) == whole)
        }
    }

    @Test func `a part that is whole already only gets its name`() async throws {
        try await with { server, folder in
            try folder.appending(".f.part").replaceContents(with: Data(whole))
            let witness = Witness()
            _ = try await download("/file?size=300000", server, to: folder.appending("f"), witness)
            #expect(witness.bytes == whole)
            #expect(try Array(folder.appending("f").contents()) == whole)
        }
    }

    @Test func `a part that is longer than the file is thrown away`() async throws {
        try await with { server, folder in
            try folder.appending(".f.part").replaceContents(with: Data(count: 400_000))
            let witness = Witness()
            _ = try await download("/file?size=300000", server, to: folder.appending("f"), witness)
            #expect(witness.bytes == whole)
        }
    }

    @Test func `another range than was asked for is refused`() async throws {
        try await with { server, folder in
            try folder.appending(".f.part").replaceContents(with: Data(whole.prefix(1000)))
            let address = try server.address("/file?size=300000&shift=1")
            await #expect(throws: TransportError.badRange(address, "bytes 1001-299999/300000")) {
                try await client.download(HTTPRequest(.get, address), to: folder.appending("f"), inspector: Witness())
            }
        }
    }

    @Test func `what the inspector refuses is gone`() async throws {
        try await with { server, folder in
            let target = folder.appending("f")
            await #expect(throws: TransportError.rejected(target, resumed: false)) {
                try await download("/file?size=1000", server, to: target, Witness(isContent: false))
            }
            let children = try folder.children()
            #expect(children.isEmpty)
        }
    }

    @Test func `an answer that is no success is returned and makes no file`() async throws {
        try await with { server, folder in
            let response = try await download("/status/404", server, to: folder.appending("f"), Witness())
            #expect(response.status == 404)
            #expect(response.text.contains("known"))
            #expect(try folder.children().isEmpty)
        }
    }

    @Test func `a download stops at its limit`() async throws {
        try await with { server, folder in
            for path in ["/file?size=300000", "/endless"] {
                let address = try server.address(path)
                await #expect(throws: TransportError.responseTooLarge(address, limit: 100_000)) {
                    try await download(path, server, to: folder.appending("f"), Witness(), limit: 100_000)
                }
                try folder.appending(".f.part").removeAll()
            }
        }
    }

    @Test func `two downloads of one file do not write over each other`() async throws {
        try await with { server, folder in
            let target = folder.appending("f")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await download("/drip", server, to: target, Witness()) }
                try await Task.sleep(for: .milliseconds(500))
                await #expect(throws: TransportError.file(.locked(folder.appending(".f.part"), holder: "another download"))) {
                    try await download("/file?size=1000", server, to: target, Witness())
                }
                group.cancelAll()
            }
        }
    }

    @Test func `a link in the part's place is not followed`() async throws {
        try await with { server, folder in
            let victim = folder.appending("victim")
            try victim.replaceContents(with: "kept")
            #expect(symlink(victim.string, folder.appending(".f.part").string) == 0)
            await #expect(throws: TransportError.self) { try await download("/file?size=1000", server, to: folder.appending("f"), Witness()) }
            #expect(try victim.text() == "kept")
        }
    }
}
