import Containers
import TestSupport
import Testing

/// The real podman with the repository's settings, and a tiny image of our own.
enum TestEngine {
    static let podman = Engine(kind: .podman, environment: TinyImage.podmanEnvironment)
    static let image = TinyImage.reference
    /// By which the next run knows the containers of this one, if it is killed.
    private static let workspace = {
        let name = unique()
        LeftBehind.note(workspace: name)
        return name
    }()

    static func ready(_ engine: Engine = podman) async throws -> Engine {
        try await LeftBehind.sweepContainers()
        try await TinyImage.make(engine.executable, environment: engine.environment, options: engine.options)
        return engine
    }

    static func request(_ script: String, name: String = unique()) -> ContainerRequest {
        ContainerRequest(
            image: image, command: ["sh", "-c", script], name: name,
            labels: ["org.conda-hallmark.tests": "1", "org.conda-hallmark.workspace": workspace])
    }

    static func unique() -> String { "hallmark-tests-" + String(UInt64.random(in: 0...UInt64.max), radix: 36) }
}
