import ArgumentParser
import ChannelServer
import Files
import SystemPackage
import TerminalUI

struct ChannelFeedstockTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "feedstock-token", abstract: "Make a token that lets a feedstock copy its outputs out of staging.",
        discussion: "The token's file (mode 0600) is printed; the server keeps a salted scrypt hash, as conda-forge does. Earlier tokens stay valid.")

    @OptionGroup var folder: ChannelFolderOption
    @Option(name: .long, help: .init("The feedstock, with or without `-feedstock`.", valueName: "name")) var feedstock: String
    @Option(name: .long, help: .init("Where the token is written (default: below DIR/tokens).", valueName: "file")) var to: String?
    @OptionGroup var format: FormatOption

    func run() async throws {
        let path = try folder.open().issueFeedstockToken(for: feedstock, at: to.map { FilePath($0).absolute })
        try format.show(["feedstock": feedstock, "path": path.string]) { [path.string] }
    }
}
