import ArgumentParser
import ChannelServer
import TerminalUI

struct ChannelOutputCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "output", abstract: "Register the names of packages that a feedstock may publish.")

    @OptionGroup var folder: ChannelFolderOption
    @Option(name: .long, help: .init("The feedstock, with or without `-feedstock`.", valueName: "name")) var feedstock: String
    @Argument(help: .init("A package's name.", valueName: "package")) var packages: [String]

    func run() async throws {
        let folder = try folder.open()
        for package in packages { try folder.registerOutput(package, to: feedstock) }
        terminal.note("\(packages.joined(separator: ", ")): \(feedstock) may publish")
    }
}
