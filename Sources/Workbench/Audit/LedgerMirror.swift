import Basics
import Cryptography
import Files
import Foundation
public import Ledger
public import Roster
public import SystemPackage
public import Transport
import Verification

/// A ledger that lies behind HTTP, as C2SP's tlog-tiles lays it out: what a verifier needs of it is copied into a folder and verified there.
///
/// Nothing of the server is believed: the checkpoint is the log's by its signature, tiles and entries by the signed root, objects by their entries.
/// Whole tiles never change, so they are fetched once; what is found spoiled in the folder is fetched anew, and then refused.
public struct LedgerMirror: Sendable {
    public let address: HTTPAddress
    public let key: NoteKey
    /// The copy; hallmark's alone, and may be removed at any time.
    public let folder: FilePath
    public let client: HTTPClient
    /// The most that is fetched in one go, in bytes.
    public var byteLimit = 1 << 30

    /// `cache` is where copies of ledgers are kept, each in a folder of its own.
    public init(_ address: HTTPAddress, key: NoteKey, cache: FilePath, client: HTTPClient = HTTPClient(proxy: .environment)) {
        self.address = address
        self.key = key
        self.client = client
        folder = cache.appending(SHA256Digest(of: "\(key)\n\(address)").hexadecimal)
    }

    /// The copy as of the server's newest checkpoint, whole and verified, without objects.
    public func update() async throws -> LogFolder {
        try folder.createDirectory()
        let head = try await checkpoint()
        // A log that counts what nobody could hold would keep us busy before the first byte of it.
        guard head.checkpoint.size <= UInt64(byteLimit / 64) else { throw tooLarge(head) }
        let log = LogFolder(path: folder, key: key)
        do {
            try await copy(log.files(of: head.checkpoint), as: head)
            _ = try log.verify()
        } catch let error as LedgerError {
            // The copy may be what is spoiled; the server's word is taken once more, and then it is the server's.
            guard error == .treeContradictsCheckpoint || error.isMalformedTile else { throw error }
            for child in try folder.children() { try child.removeAll() }
            try await copy(log.files(of: head.checkpoint), as: head)
            _ = try log.verify()
        }
        return log
    }

    /// The copy with the documents that a search for withdrawals reads.
    public func update(for chain: RosterChain) async throws -> LogFolder {
        let log = try await update()
        try await fetchObjects(of: try WithdrawalSearch(log: log, chain: chain).entriesByCore(), in: log)
        return log
    }

    /// The copy with the documents behind all entries, for an audit.
    public func updateWhole() async throws -> LogFolder {
        let log = try await update()
        try await fetchObjects(of: try log.entries().map { try LedgerEntry(parsing: $0) }, in: log)
        return log
    }

    private func checkpoint() async throws -> VerifiedCheckpoint {
        guard let bytes = try await fetch("checkpoint", limit: 1 << 20) else {
            throw WorkspaceError.unavailable("there is no ledger at `\(address)`", hint: "the address is that of the folder that holds `checkpoint`")
        }
        return try VerifiedCheckpoint(try SignedNote(parsing: bytes), by: key)
    }

    /// Fetches the files that are not there, and the checkpoint last: whoever reads the copy finds what its checkpoint counts.
    private func copy(_ files: [LogFile], as head: VerifiedCheckpoint) async throws {
        let missing = files.filter { !folder.appending($0.name).isRegularFile }
        guard missing.reduce(0, { $0 + $1.expectedByteCount }) <= byteLimit else {
            throw tooLarge(head)
        }
        try await fetchAll(missing.map(\.name)) { name in
            guard let file = missing.first(where: { $0.name == name }) else { return }
            guard let bytes = try await contents(of: file) else {
                throw WorkspaceError.unavailable("the ledger at `\(address)` lacks `\(name)`", hint: "ask its keeper, or name a copy's folder")
            }
            try store(bytes, as: name)
        }
        try store(Data(head.note.description.utf8), as: "checkpoint")
    }

    private func tooLarge(_ head: VerifiedCheckpoint) -> WorkspaceError {
        .unavailable(
            "the ledger at `\(address)` is too large to be fetched: \(head.checkpoint.size) entries",
            hint: "copy it by other means, such as `git clone`, and name the folder")
    }

    /// A file of the log; where a part of a tile is gone because the tile is whole now, the part is taken from the whole (tlog-tiles).
    private func contents(of file: LogFile) async throws -> Data? {
        if let bytes = try await fetch(file.name, limit: file.byteLimit) { return bytes }
        guard let whole = file.whole, let bytes = try await fetch(whole, limit: file.byteLimit) else { return nil }
        return file.part(of: bytes)
    }

    private func fetchObjects(of entries: [LedgerEntry], in log: LogFolder) async throws {
        let missing = try entries.filter { try LedgerObject.envelope(of: $0, in: log) == nil }
        try await fetchAll(Set(missing.map(\.leafHash)).map(\.hexadecimal)) { leaf in
            // One that the server withholds is not there: whoever needs it says so.
            guard let bytes = try await fetch("objects/\(leaf).json", limit: LogFolder.objectByteLimit) else { return }
            try store(bytes, as: "objects/\(leaf).json")
        }
    }

    /// A few at a time.
    private func fetchAll(_ names: [String], _ body: @escaping @Sendable (String) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, name) in names.enumerated() {
                if index >= 8 { try await group.next() }
                group.addTask { try await body(name) }
            }
            try await group.waitForAll()
        }
    }

    private func store(_ bytes: Data, as name: String) throws(FileError) {
        let path = folder.appending(name)
        try path.removingLastComponent().createDirectory()
        try path.replaceContents(with: bytes)
    }

    /// Nil for what the server does not have.
    private func fetch(_ name: String, limit: Int) async throws -> Data? {
        let request = HTTPRequest(.get, try address.appending(name.split(separator: "/").map(String.init)))
        let response = try await client.send(request, limit: limit)
        if response.status == 404 || response.status == 410 { return nil }
        guard response.status == 200 else {
            throw WorkspaceError.unavailable("`\(address)` answered \(response.status) for `\(name)`: \(response.text)", hint: "try again later")
        }
        return response.body
    }
}

extension LedgerError {
    fileprivate var isMalformedTile: Bool { if case .tileMalformed = self { true } else { false } }
}
