import Basics
import Cryptography
import Ledger
import Roster
import SystemPackage
import TerminalUI
import Transport
import Workbench

/// Where a ledger lies for those who only read it: a folder, or the address of one behind HTTP.
enum LedgerPlace {
    case folder(FilePath)
    case web(HTTPAddress)

    init(_ text: String) throws {
        let isAddress = text.hasPrefix("https://") || text.hasPrefix("http://")
        self = isAddress ? .web(try HTTPAddress(parsing: text)) : .folder(FilePath(text))
    }

    private func mirror(_ address: HTTPAddress, _ key: NoteKey) -> LedgerMirror {
        LedgerMirror(address, key: key, cache: UserFolder.cache.path.appending("ledgers"))
    }

    /// The ledger as a folder, for whoever looks for withdrawals: one behind HTTP is fetched and verified first.
    ///
    /// Nil where there is no chain to verify it by, without which a verdict is a no in any case and says why.
    func folder(_ chain: RosterChain?) async throws -> FilePath? {
        switch self {
        case .folder(let path): return path
        case .web(let address):
            guard let chain else { return nil }
            guard let key = chain.newest.logKey else {
                throw WorkspaceError.nothingTo("ask the ledger with", needs: "the roster names no log")
            }
            return try await mirror(address, try NoteKey(parsing: key)).update(for: chain).path
        }
    }

    /// The ledger as a folder with all that is in it, for an audit.
    func whole(_ key: NoteKey) async throws -> LogFolder {
        switch self {
        case .folder(let path): return LogFolder(path: path, key: key)
        case .web(let address): return try await mirror(address, key).updateWhole()
        }
    }
}
