public import Containers
import Processes

/// Finds the engine that a workspace uses.
public enum EngineChoice {
    /// The named engine, or podman, or docker: the first that answers. Throws what the first one tried said.
    public static func find(_ name: String?) async throws -> (engine: Engine, facts: EngineFacts) {
        try await first(name) { candidate in
            let engine = try await Engine.detect(Command.Executable(candidate))
            return (engine, try await engine.facts())
        }
    }

    /// The same with no more than the engine's version, at a fraction of the time.
    public static func pick(_ name: String?) async throws -> (engine: Engine, version: String) {
        try await first(name) { candidate in
            let (engine, version) = try await Engine.detectVersion(Command.Executable(candidate))
            // Docker's daemon, which has a version of its own, is quick to answer.
            if engine.kind == .docker { return (engine, try await engine.facts().version) }
            try await engine.check()
            return (engine, version)
        }
    }

    private static func first<Value>(_ name: String?, _ ask: (String) async throws -> Value) async throws -> Value {
        var first: (any Error)?
        for candidate in name.map({ [$0] }) ?? ["podman", "docker"] {
            do { return try await ask(candidate) } catch {
                // An engine that is there and refuses says more than one that is missing.
                if first == nil || isMissing(first) { first = error }
            }
        }
        throw first ?? ContainerError.engineMissing("podman")
    }

    /// The same, with what `work` makes of the engine while that is asked what it is, which takes it long.
    static func find<Value: Sendable>(
        _ name: String?, meanwhile work: @escaping @Sendable (Engine) async throws -> Value
    ) async throws -> (engine: Engine, facts: EngineFacts, Value) {
        for candidate in name.map({ [$0] }) ?? ["podman", "docker"] {
            guard let engine = try? await Engine.detect(Command.Executable(candidate)) else { continue }
            async let value = work(engine)
            guard let facts = try? await engine.facts() else { break }
            return (engine, facts, try await value)
        }
        // An engine refuses, or there is none: what it says, and whether another one answers, is found out with patience.
        let (engine, facts) = try await find(name)
        return (engine, facts, try await work(engine))
    }

    private static func isMissing(_ error: (any Error)?) -> Bool {
        if case .engineMissing = error as? ContainerError { true } else { false }
    }
}
