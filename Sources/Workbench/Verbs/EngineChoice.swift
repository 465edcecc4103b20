public import Containers
import Processes

/// Finds the engine that a workspace uses.
public enum EngineChoice {
    /// The named engine, or podman, or docker: the first that answers. Throws what the first one tried said.
    public static func find(_ name: String?) async throws -> (engine: Engine, facts: EngineFacts) {
        var first: (any Error)?
        for candidate in name.map({ [$0] }) ?? ["podman", "docker"] {
            do {
                let engine = try await Engine.detect(Command.Executable(candidate))
                return (engine, try await engine.facts())
            } catch {
                // An engine that is there and refuses says more than one that is missing.
                if first == nil || isMissing(first) { first = error }
            }
        }
        throw first ?? ContainerError.engineMissing("podman")
    }

    private static func isMissing(_ error: (any Error)?) -> Bool {
        if case .engineMissing = error as? ContainerError { true } else { false }
    }
}
