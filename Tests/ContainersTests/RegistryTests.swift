import Containers
import Files
import Foundation
import Processes
import SystemPackage
import TestSupport
import Testing

/// A registry on loopback (Debian's package `docker-registry`), and podman with a store of its own, so that what is pulled was not there.
@Suite struct RegistryTests {
    @Test func `an image is pulled, locked by what it is, and refused when its tag has moved`() async throws {
        _ = try await TestEngine.ready()
        try await LoopbackRegistry.with { address, environment, folder in
            let reference = "\(address)/tests/tiny:1"
            func podman(_ arguments: [String]) async throws {
                _ = try await Command("podman", arguments, environment: .inherited(adding: environment)).output()
            }
            func push() async throws { try await podman(["push", "--quiet", TestEngine.image, "docker://\(reference)"]) }
            try await push()
            let engine = Engine(
                kind: .podman, environment: environment,
                options: ["--root", folder.appending("root").string, "--runroot", folder.appending("run").string, "--storage-driver", "overlay"])
            #expect(try await engine.image(reference) == nil)
            await #expect(throws: ContainerError.imageMissing(reference)) {
                var lock = ImageLock()
                _ = try await lock.resolve(reference, in: engine)
            }
            var lock = ImageLock()
            let facts = try await lock.resolve(reference, in: engine, pulling: true)
            // The configuration's digest is the same wherever the image goes.
            #expect(facts.id == (try await TestEngine.podman.image(TestEngine.image))?.id)
            #expect(lock.images[reference]?.digests.isEmpty == false)
            let exit = try await engine.run(
                ContainerRequest(image: facts.id, command: ["true"], name: TestEngine.unique(), labels: [:])
            ) { _ in }
            #expect(exit.code == 0)

            // Another image under the same tag.
            let other = "localhost/hallmark-tests/other-\(TestEngine.unique()):1"
            let context = folder.appending("context")
            try context.createDirectory()
            try context.appending("Containerfile").replaceContents(with: "FROM \(TestEngine.image)\nLABEL changed=yes\n")
            try await podman(["build", "--quiet", "--network", "none", "--tag", other, context.string])
            try await podman(["push", "--quiet", other, "docker://\(reference)"])
            try await podman(["image", "rm", "--force", other])
            try await engine.pull(reference) { _ in }
            let error = await #expect(throws: ContainerError.self) { _ = try await lock.resolve(reference, in: engine) }
            guard case .imageChanged(reference, facts.id, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            lock.forget(reference)
            #expect(try await lock.resolve(reference, in: engine).labels["changed"] == "yes")

            let missing = await #expect(throws: ContainerError.self) { try await engine.pull("\(address)/tests/none:1") { _ in } }
            guard case .pullFailed = missing else {
                Issue.record("\(String(describing: missing))")
                return
            }
            // What podman mounted in its own store.
            _ = try await Command("umount", ["--lazy", folder.appending("root/overlay").string]).run()
        }
    }
}
