import Commands
import Foundation

@main
struct Main {
    static func main() async {
        exit(await Application.main(ChannelCommand.self, Array(CommandLine.arguments.dropFirst())))
    }
}
