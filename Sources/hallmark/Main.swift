import Commands
import Foundation

@main
struct Main {
    static func main() async {
        exit(await Application.main(HallmarkCommand.self, Array(CommandLine.arguments.dropFirst())))
    }
}
