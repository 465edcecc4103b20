import Foundation
public import Processes
public import SystemPackage

/// What a failed build left in its container: entered through an image made of it, with the build's mounts, network and limits.
public struct KeptContainer: Sendable, Hashable {
    public let engine: Engine
    public let name: String
    private let record: ShimRecord

    /// Nil if the build's record names no container that the engine still holds.
    public init?(of recordFile: FilePath, in engine: Engine) async throws(ContainerError) {
        guard let record = try ShimRecord(reading: recordFile), try await engine.container(record.container) != nil else { return nil }
        self.engine = engine
        self.record = record
        name = record.container
    }

    private var image: String { "localhost/hallmark/kept:\(name)" }

    /// Makes the image and returns the command that runs `command` in it, to be executed in a terminal. The feedstock is mounted as it was in the build.
    public func enter(with command: [String] = ["bash"], isTerminal: Bool = true) async throws(ContainerError) -> Command {
        try await engine.tell("keep what `\(name)` holds", ["commit", "--quiet", name, image], timeout: .seconds(1800))
        var run = try RunArguments(parsing: Array(record.ran.dropFirst()))
        run.remove(["--detach", "--name", "--label", "--log-driver", "--log-opt"])
        // Those without a value were taken from the script's environment; the image holds what they were.
        run.options.removeAll { $0.name == "--env" && $0.value?.contains("=") == false }
        let flags = ["--interactive", "--rm"] + (isTerminal ? ["--tty"] : [])
        run.options.insert(contentsOf: flags.map { .init(name: $0, value: nil) }, at: 0)
        run.image = image
        run.command = command
        return engine.command(["run"] + run.words)
    }

    /// Takes the container and the image away.
    public func discard() async throws(ContainerError) {
        try await engine.remove(name)
        if try await engine.image(image) != nil { try await engine.tell("remove the image of `\(name)`", ["image", "rm", "--force", image]) }
    }
}
