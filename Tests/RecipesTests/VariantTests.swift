import Conda
import Foundation
import Testing

@testable import Recipes

@Suite struct VariantTests {
    func variant(_ text: String, name: String = "linux_64_") throws(FeedstockError) -> Variant {
        try Variant(configName: name, content: Data(text.utf8))
    }

    @Test func `a name too long for a file becomes a short one that is its own`() throws {
        let long = "linux_64_" + String(repeating: "cuda_compiler_version12.9", count: 9)
        let first = try variant("channel_targets: [conda-forge main]", name: long + "a").identifier
        let second = try variant("channel_targets: [conda-forge main]", name: long + "b").identifier
        #expect(first.utf8.count == 81)
        #expect(first != second)
        #expect(first.hasPrefix("linux_64_cuda_compiler_version12.9"))
        #expect(try variant("{}", name: "linux_64_python3.12.____cpython").identifier == "linux_64_python3.12.____cpython")
        #expect(try variant("{}", name: "linux_64_a b/..").identifier.hasPrefix("linux_64_a_b_..-"))
    }

    @Test(arguments: [("linux_aarch64_", "linux-aarch64"), ("osx_arm64_python3.12", "osx-arm64"), ("win_64_", "win-64")])
    func `an old rendering names its subdir in the file's name`(name: String, subdir: String) throws {
        #expect(try variant("{}", name: name).subdir.name == subdir)
    }

    @Test(arguments: [
        "docker_image: [a, b]", "channel_targets: [conda-forge main extra]", "channel_targets: ['conda-forge ../x']", "target_platform: [LINUX]",
        "- a",
    ])
    func `what one job cannot be is refused`(text: String) {
        #expect(throws: FeedstockError.self) { try variant(text) }
    }

    @Test func `labels come from the targets, each once`() throws {
        #expect(try variant("channel_targets: [conda-forge qt_rc, mirror qt_rc, conda-forge]").labels.map(\.name) == ["qt_rc", "main"])
    }
}
