import Basics
public import Foundation
public import Processes
import Synchronization

/// An engine that does what a closure says, for tests that need no real container.
public final class ScriptedEngine: ContainerEngine {
    /// What a container of the script prints and how it ends.
    public struct Play: Sendable {
        public var lines: [OutputLine]
        public var exit: ContainerExit
        public init(lines: [OutputLine], exit: ContainerExit) {
            self.lines = lines
            self.exit = exit
        }

        /// Prints `output` and ends with `code`.
        public static func exits(_ code: Int32, output: String = "", error: String = "") -> Play {
            func lines(_ text: String, _ stream: OutputLine.Stream) -> [OutputLine] {
                text.split(separator: "\n").map { OutputLine(stream: stream, time: Date(timeIntervalSince1970: 0), text: String($0)) }
            }
            let time = Timestamp(seconds: 0)
            return Play(
                lines: lines(output, .output) + lines(error, .error), exit: ContainerExit(code: code, started: time, finished: time, duration: 0))
        }
    }

    private struct State {
        var images: [String: ImageFacts]
        var requests: [ContainerRequest] = []
        var started: [String: (ContainerRequest, Play)] = [:]
    }

    private let engineFacts: EngineFacts
    private let script: @Sendable (ContainerRequest) async throws(ContainerError) -> Play
    private let state: Mutex<State>

    public init(
        facts: EngineFacts = EngineFacts(
            kind: .podman, version: "scripted", isRootless: true, storage: "none", operatingSystem: "linux", architecture: "amd64",
            controlGroups: "v2"),
        images: [String: ImageFacts], script: @escaping @Sendable (ContainerRequest) async throws(ContainerError) -> Play
    ) {
        engineFacts = facts
        self.script = script
        state = Mutex(State(images: images))
    }

    /// Every request that was run or started, in order.
    public var requests: [ContainerRequest] { state.withLock { $0.requests } }

    public func facts() async throws(ContainerError) -> EngineFacts { engineFacts }

    public func image(_ reference: String) async throws(ContainerError) -> ImageFacts? {
        state.withLock { state in state.images[reference] ?? state.images.values.first { $0.id == reference } }
    }

    public func pull(_ reference: String, onLine: @escaping @Sendable (OutputLine) -> Void) async throws(ContainerError) {
        guard try await image(reference) != nil else { throw .pullFailed(reference, reason: "the script has no such image") }
    }

    public func run(_ request: ContainerRequest, onLine: @escaping @Sendable (OutputLine) -> Void) async throws(ContainerError) -> ContainerExit {
        let play = try await play(request)
        for line in play.lines { onLine(line) }
        return play.exit
    }

    public func start(_ request: ContainerRequest) async throws(ContainerError) -> String {
        let play = try await play(request)
        try state.withLock { state throws(ContainerError) in
            guard state.started[request.name] == nil else { throw .nameTaken(request.name) }
            state.started[request.name] = (request, play)
        }
        return request.name
    }

    public func log(
        of container: String, follow: Bool, since: Date?, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ContainerError) {
        for line in try started(container).1.lines where since.map({ line.time >= $0 }) ?? true { onLine(line) }
    }

    public func wait(for container: String) async throws(ContainerError) -> ContainerExit { try started(container).1.exit }

    public func container(_ name: String) async throws(ContainerError) -> ContainerFacts? {
        state.withLock { state in state.started[name].map { facts($0.0, $0.1) } }
    }

    public func commit(_ container: String, as reference: String) async throws(ContainerError) {
        let request = try started(container).0
        state.withLock { $0.images[reference] = $0.images[request.image] }
    }

    public func containers(label: String, value: String?) async throws(ContainerError) -> [ContainerFacts] {
        state.withLock { state in
            state.started.values.filter { $0.0.labels[label] != nil && (value == nil || $0.0.labels[label] == value) }.map { facts($0.0, $0.1) }
                .sorted { $0.name < $1.name }
        }
    }

    public func kill(_ container: String, signal: Int32) async throws(ContainerError) { _ = try started(container) }
    public func stop(_ container: String, grace: Int) async throws(ContainerError) { _ = try started(container) }
    public func pause(_ container: String) async throws(ContainerError) { _ = try started(container) }
    public func resume(_ container: String) async throws(ContainerError) { _ = try started(container) }
    public func remove(_ container: String) async throws(ContainerError) { state.withLock { $0.started[container] = nil } }

    private func play(_ request: ContainerRequest) async throws(ContainerError) -> Play {
        state.withLock { $0.requests.append(request) }
        guard try await image(request.image) != nil else { throw .imageMissing(request.image) }
        return try await script(request)
    }

    private func started(_ name: String) throws(ContainerError) -> (ContainerRequest, Play) {
        guard let found = state.withLock({ $0.started[name] }) else { throw .containerMissing(name) }
        return found
    }

    private func facts(_ request: ContainerRequest, _ play: Play) -> ContainerFacts {
        ContainerFacts(
            id: request.name, name: request.name, imageID: request.image, labels: request.labels, state: .exited, exitCode: play.exit.code,
            memoryLimit: request.limits.memory ?? 0, started: play.exit.started.date, finished: play.exit.finished.date)
    }
}
