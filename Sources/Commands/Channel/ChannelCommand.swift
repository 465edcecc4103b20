public import ArgumentParser
import ChannelServer
import Conda
import Files
import SystemPackage

/// The root of `hallmark-channel`.
public struct ChannelCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "hallmark-channel",
        abstract: "A channel server in one process: anaconda.org's upload calls, a conda channel a label, staging, evidence, a gate.",
        subcommands: [
            ChannelInitCommand.self, ChannelServeCommand.self, ChannelTokenCommand.self, ChannelFeedstockTokenCommand.self, ChannelOutputCommand.self,
        ])

    public init() {}
}

struct ChannelFolderOption: ParsableArguments {
    @Option(name: .long, help: .init("The server's folder.", valueName: "dir")) var data: String

    var path: FilePath { FilePath(data).absolute }
    func open() throws -> ChannelFolder { try ChannelFolder.open(path) }
}

/// A command that a signal ends as it should be ended, with 0, rather than interrupts.
protocol EndedBySignal: AsyncParsableCommand {}

extension Owner {
    static func parse(_ argument: String) throws -> Owner { try Owner(parsing: argument) }
}

extension TokenScope: ExpressibleByArgument {}
