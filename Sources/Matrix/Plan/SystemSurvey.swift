public import Containers
public import Machines

/// Finds out which systems can be had here.
public struct SystemSurvey: Sendable {
    private let engine: (any ContainerEngine)?
    private let boxes: BoxSurvey

    /// Without an engine all images are missing; `reason` then says why there is none.
    public init(engine: (any ContainerEngine)?, boxes: BoxSurvey) {
        self.engine = engine
        self.boxes = boxes
    }

    /// What is here of `systems`, by their names. Nothing is pulled, started or downloaded.
    public func presence(of systems: [TestSystem]) async throws(MatrixError) -> [String: Presence] {
        // An engine takes a while for an answer, and most of it is waiting.
        let found = try await systems.concurrentMap(limit: 4) { system throws(MatrixError) in (system.name, try await presence(of: system)) }
        return Dictionary(found) { first, _ in first }
    }

    private func presence(of system: TestSystem) async throws(MatrixError) -> Presence {
        switch system.kind {
        case .image(let image): try await presence(of: image)
        case .box(let box):
            switch await boxes.availability(of: box) {
            case .available: .box
            case .missing(let reason, let remedy): .missing(reason: reason, remedy: remedy)
            }
        }
    }

    private func presence(of image: ImageCatalogue.Image) async throws(MatrixError) -> Presence {
        guard let engine else {
            return .missing(reason: "there is no container engine here", remedy: "install podman or docker")
        }
        do throws(ContainerError) {
            if let (reference, facts) = try await image.held(by: engine) {
                guard HostArchitecture.canRun(facts.architecture) else {
                    return .missing(
                        reason: "this machine cannot run programs for \(facts.architecture)",
                        remedy: "install qemu-user-static and binfmt-support, or `docker/make-images.sh \(image.name)`, which does it")
                }
                return .image(reference: reference, facts)
            }
        } catch { throw .container(error) }
        var ways: [String] = []
        if image.local != nil { ways.append("make it with `docker/make-images.sh \(image.name)`") }
        if let reference = image.reference {
            ways.append("pull it with `podman pull \(reference)` or `docker pull \(reference)` on a machine that reaches it")
        }
        return .missing(
            reason: "the image `\(image.references.first ?? image.name)` is not here",
            remedy: ways.isEmpty ? "name where it can be had in docker/images.yaml" : ways.joined(separator: ", or "))
    }
}
