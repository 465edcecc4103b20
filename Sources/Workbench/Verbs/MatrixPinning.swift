import Basics
import Containers
import Files
import Matrix
public import SystemPackage

/// Writes down which images the matrix' tags mean here, so that later runs, and other machines, use the same bytes or say that they cannot.
///
/// Only what the engine really holds is pinned; nothing is ever made from a name alone.
public struct MatrixPinning: Sendable {
    public let testing: MatrixTesting
    /// Where it is written.
    public let lock: FilePath
    /// Pulls what is not here.
    public let pulls: Bool
    /// Takes what is here now for what was pinned before.
    public let renews: Bool

    public init(testing: MatrixTesting, lock: FilePath, pulls: Bool = false, renews: Bool = false) {
        self.testing = testing
        self.lock = lock.absolute
        self.pulls = pulls
        self.renews = renews
    }

    public struct Row: Sendable, Encodable {
        public let system: String
        public let reference: String?
        public let id: String?
        public let digests: [String]
        /// Why it is not pinned.
        public let reason: String?
    }

    public func run(onPull: @escaping @Sendable (String) -> Void = { _ in }) async throws -> [Row] {
        let engine = try await EngineChoice.find(testing.engine).engine
        let wanted = Set(try testing.matrix().cells.map(\.system))
        var locked = try ImageLock(reading: lock)
        var rows: [Row] = []
        for system in try MatrixTesting.systems() where wanted.contains(system.name) {
            guard case .image(let image) = system.kind else { continue }
            rows.append(try await pin(image, &locked, engine, onPull))
        }
        try locked.write(to: lock)
        return rows
    }

    private func pin(
        _ image: ImageCatalogue.Image, _ locked: inout ImageLock, _ engine: Engine, _ onPull: @Sendable (String) -> Void
    ) async throws -> Row {
        func without(_ reason: String) -> Row { Row(system: image.name, reference: nil, id: nil, digests: [], reason: reason) }
        var held = try await image.held(by: engine)
        // A tag that is here may mean something else by now.
        if pulls, let reference = image.reference, renews || held?.reference != reference {
            onPull(reference)
            do throws(ContainerError) {
                try await engine.pull(reference) { _ in }
                held = try await image.held(by: engine)
            } catch { if held == nil { return without(error.message) } }
        }
        guard let (reference, facts) = held else { return without("the image `\(image.references.first ?? image.name)` is not here") }
        if renews { for name in image.references { locked.forget(name) } }
        do throws(ContainerError) { try locked.confirm(reference, facts) } catch { return without(error.message) }
        return Row(system: image.name, reference: reference, id: facts.id, digests: locked.images[reference]?.digests ?? [], reason: nil)
    }
}
