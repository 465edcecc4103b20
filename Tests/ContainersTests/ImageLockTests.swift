import Basics
import Containers
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct ImageLockTests {
    private func facts(_ id: String, _ digests: [String] = []) -> ImageFacts {
        ImageFacts(id: id, digests: digests, byteCount: 1, created: "", operatingSystem: "linux", architecture: "amd64")
    }

    @Test func `the first use locks, the same image passes, another one is refused by name until it is locked anew`() async throws {
        var lock = ImageLock()
        let first = ScriptedEngine(images: ["a:1": facts("sha256:1", ["sha256:d1"])]) { _ in .exits(0) }
        let again = ScriptedEngine(images: ["a:1": facts("sha256:1", ["sha256:d2"])]) { _ in .exits(0) }
        let moved = ScriptedEngine(images: ["a:1": facts("sha256:2")]) { _ in .exits(0) }
        #expect(try await lock.resolve("a:1", in: first).id == "sha256:1")
        _ = try await lock.resolve("a:1", in: again)
        #expect(lock.images["a:1"]?.digests == ["sha256:d1", "sha256:d2"])
        await #expect(throws: ContainerError.imageChanged(reference: "a:1", locked: "sha256:1", found: "sha256:2")) {
            _ = try await lock.resolve("a:1", in: moved)
        }
        lock.forget("a:1")
        #expect(try await lock.resolve("a:1", in: moved).id == "sha256:2")
    }

    @Test func `an image that no engine holds is never locked`() async throws {
        var lock = ImageLock()
        let engine = ScriptedEngine(images: [:]) { _ in .exits(0) }
        await #expect(throws: ContainerError.imageMissing("b:1")) { _ = try await lock.resolve("b:1", in: engine) }
        #expect(lock.images.isEmpty)
    }

    @Test func `the file is read as it was written, and a cut one is refused`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("images.lock.json")
            var lock = ImageLock()
            try lock.confirm("a:1", facts("sha256:1", ["sha256:d"]), at: Timestamp(seconds: 1_700_000_000))
            try lock.write(to: path)
            #expect(try ImageLock(reading: path) == lock)
            let whole = try path.contents()
            for length in 0..<(whole.count - 2) {
                // Not `replaceContents`, which waits for the disk each time.
                try whole.prefix(length).write(to: URL(fileURLWithPath: path.string))
                #expect(throws: ContainerError.self) { try ImageLock(reading: path) }
            }
        }
    }

    @Test func `the repository's catalogue is read, with at least four cells that can be made here`() throws {
        let catalogue = try ImageCatalogue(reading: Repository.root.appending("docker/images.yaml"))
        #expect(catalogue.images(of: .cell).filter { $0.local != nil && $0.libc.name == "glibc" }.count >= 4)
        #expect(catalogue["musl"]?.expect == "uninstallable")
        #expect(catalogue["builder"]?.role == .builder)
        #expect(Set(catalogue.images.map(\.name)).count == catalogue.images.count)
    }
}
