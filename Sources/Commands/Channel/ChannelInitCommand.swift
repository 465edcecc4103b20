import ArgumentParser
import ChannelServer
import Foundation
import SystemPackage
import TerminalUI

struct ChannelInitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a server's folder, its owners and their tokens.",
        discussion: """
            Each token goes into a file of its own (mode 0600) below DIR/tokens; the server keeps only hashes. Run again, it adds what is missing \
            and leaves the rest: remove a token's file and run it to have a new one beside the old.
            """)

    @OptionGroup var folder: ChannelFolderOption
    @Option(
        name: .long, help: .init("An owner that publishes; the first is the one that --staging feeds. May be repeated.", valueName: "owner"),
        transform: Owner.parse)
    var owner: [Owner]
    @Option(
        name: .long, help: .init("The owner that uploads go to before they are validated and copied.", valueName: "owner"), transform: Owner.parse)
    var staging: Owner?
    @Option(
        name: .long, help: .init("An owner of those who shows what it has only to tokens. May be repeated.", valueName: "owner"),
        transform: Owner.parse)
    var closed: [Owner] = []
    @OptionGroup var format: FormatOption

    func run() async throws {
        let (_, issued) = try await ChannelFolder.create(at: folder.path, owners: owner, staging: staging, closed: Set(closed))
        try format.show(issued.map(IssuedTokenModel.init)) { IssuedTokenModel.table(issued) }
        if issued.isEmpty { terminal.note("everything was there already; no token was made") }
    }
}

/// A new token as `--format json` shows it: never its text.
struct IssuedTokenModel: Encodable {
    let owner: String
    let scopes: [String]
    let path: String

    init(_ token: IssuedToken) {
        owner = token.owner.name
        scopes = token.scopes.map(\.rawValue)
        path = token.path.string
    }

    static func table(_ issued: [IssuedToken]) -> [String] {
        guard !issued.isEmpty else { return [] }
        let rows = issued.map { [$0.owner.name, $0.scopes.map(\.rawValue).joined(separator: ","), $0.path.string] }
        return Table(["owner", "scopes", "file"], rows: rows).lines
    }
}
