import ArgumentParser
import ChannelServer
import Conda
import Files
import SystemPackage
import TerminalUI

struct ChannelServeCommand: AsyncParsableCommand, EndedBySignal {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve until SIGTERM or SIGINT.",
        discussion: """
            Plain HTTP, on loopback unless --host says otherwise. A protected label is refused to every file until a roster is given with \
            --roster and --roster-pin and the file's evidence satisfies it. One line a request goes to standard error, never with a token in it.
            """)

    @OptionGroup var folder: ChannelFolderOption
    @OptionGroup var listening: ListeningOptions
    @Option(name: .long, help: .init("The address that clients see, when it is another.", valueName: "url")) var publicURL: String?
    @Option(name: .long, help: .init("A label that asks the gate. May be repeated.", valueName: "label")) var protect: [String] = ["main"]
    @OptionGroup var roster: ChannelRosterOptions

    func run() async throws {
        var configuration = ChannelServerConfiguration(folder: folder.path)
        configuration.host = listening.host
        configuration.port = listening.port
        configuration.publicURL = publicURL
        configuration.readyFile = listening.readyFile.map { FilePath($0).absolute }
        configuration.protectedLabels = Set(try protect.map { try Label(parsing: $0) })
        configuration.gate = try roster.gate()
        let terminal = terminal
        configuration.accessLog = { terminal.note($0) }
        do { try await ChannelServer(configuration).run { terminal.note("listening on \($0)") } } catch is CancellationError {
            // The signal reached the command before the server: ended all the same.
        }
        terminal.note("stopped")
    }
}
