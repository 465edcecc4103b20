import Files
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
        self.recordFile = recordFile
    }

    private var image: String { Self.image(of: name) }
    private let recordFile: FilePath
    /// Beside the build's record: names the image that was made of its container.
    private static func note(beside recordFile: FilePath) -> FilePath { recordFile.removingLastComponent().appending("kept-image") }
    private static func image(of name: String) -> String { "localhost/hallmark/kept:\(name)" }

    /// Makes the image and returns the command that runs `command` in it, to be executed in a terminal. The feedstock is mounted as it was in the build.
    public func enter(with command: [String] = ["bash"], isTerminal: Bool = true) async throws(ContainerError) -> Command {
        // What was entered before would lose its name and stay for ever; where somebody is still in there, it does.
        if try await engine.image(image) != nil { _ = try await engine.ask(["image", "rm", image]) }
        do throws(FileError) { try Self.note(beside: recordFile).replaceContents(with: image + "\n") } catch { throw .file(error) }
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
        try await Self.discardImage(of: name, beside: recordFile, in: engine)
    }

    /// Takes away the image that was made of a container, if there was one; `recordFile` is the build's.
    public static func discardImage(of name: String, beside recordFile: FilePath, in engine: Engine) async throws(ContainerError) {
        let note = Self.note(beside: recordFile)
        guard note.exists else { return }
        // Where somebody is still in there it stays, and goes with the next attempt to take it away.
        _ = try await engine.ask(["image", "rm", image(of: name)])
        guard try await engine.image(image(of: name)) == nil else { return }
        do throws(FileError) { try note.removeAll() } catch { throw .file(error) }
    }
}
