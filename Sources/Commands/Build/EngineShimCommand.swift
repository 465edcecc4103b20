import ArgumentParser
import Containers
import Foundation
import SystemPackage

/// What `DOCKER_EXECUTABLE` calls during a build; nobody types it.
struct EngineShimCommand: AsyncParsableCommand, ReceivesSignals {
    static let configuration = CommandConfiguration(
        commandName: "engine-shim", abstract: "Stand between a build script and the engine.", shouldDisplay: false)

    @Option(name: .long, help: "The settings that the build wrote.") var settings: String
    @Argument(parsing: .postTerminator, help: "The engine's words.") var words: [String] = []

    func run() async throws {
        let shim = EngineShim(settings: try ShimSettings(reading: FilePath(settings)), environment: CommandContext.current.environment)
        throw ExitCode(await shim.run(words))
    }
}
