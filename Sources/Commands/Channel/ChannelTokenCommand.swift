import ArgumentParser
import ChannelServer

struct ChannelTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make another token for an owner.",
        discussion:
            "read: see a closed owner · upload: new files and their first sidecars · evidence: newer sidecars · promote: labels, copies, removal")

    @OptionGroup var folder: ChannelFolderOption
    @Option(name: .long, help: .init("Whose packages the token is for.", valueName: "owner"), transform: Owner.parse) var owner: Owner
    @Option(name: .long, help: "What the bearer may do: read, upload, evidence or promote. May be repeated.") var scope: [TokenScope]
    @Option(name: .long, help: .init("The token's name, which the server's history shows.", valueName: "name")) var name: String
    @OptionGroup var format: FormatOption

    func run() async throws {
        let token = try await folder.open().issueToken(for: owner, scopes: scope, named: name)
        try format.show(IssuedTokenModel(token)) { IssuedTokenModel.table([token]) }
    }
}
