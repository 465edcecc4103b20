import Conda
import Files
import Foundation
import SystemPackage
import Testing

@testable import Packaging

struct ProblemTests {
    private static let files = ["bin/demo": "demo", "lib/a": "aaa"]

    private static func problems(
        info: TarBuilder = .info(payload: files), payload: TarBuilder = .payload(files), name: String = "demo-1.0-0.conda",
        inner: String = "demo-1.0-0"
    ) throws -> [Problem.Code] {
        try TemporaryDirectory.withSync { folder in
            let path = try Wrap.conda(
                info: info.finished(), payload: payload.finished(), in: folder, name: name, innerInfo: "info-\(inner).tar.zst",
                innerPayload: "pkg-\(inner).tar.zst")
            return try Artifact.check(path).map(\.code)
        }
    }

    @Test func `a right artifact has none`() throws { #expect(try Self.problems() == []) }

    @Test func `finds a file of other bytes, of another size, a missing and an unlisted one`() throws {
        #expect(try Self.problems(payload: .payload(["bin/demo": "DEMO", "lib/a": "aaa"])) == [.wrongDigest])
        #expect(try Self.problems(payload: .payload(["bin/demo": "demo2", "lib/a": "aaa"])) == [.wrongDigest, .wrongSize])
        #expect(try Self.problems(payload: .payload(["bin/demo": "demo"])) == [.missing])
        #expect(try Self.problems(payload: .payload(["bin/demo": "demo", "lib/a": "aaa", "lib/b": ""])) == [.unlisted])
    }

    @Test func `finds a link where a file should be`() throws {
        var payload = TarBuilder.payload(["bin/demo": "demo"])
        payload.add("lib/a", type: "2", link: "../bin/demo")
        #expect(try Self.problems(payload: payload) == [.wrongType])
    }

    @Test func `finds names that do not agree`() throws {
        #expect(try Self.problems(name: "demo-1.1-0.conda") == [.wrongName])
        #expect(try Self.problems(inner: "other-1.0-0") == [.wrongName])
    }

    @Test func `finds what is missing from info and what does not belong there`() throws {
        var info = TarBuilder()
        info.add("info/index.json", TarBuilder.index)
        #expect(try Self.problems(info: info, payload: .payload([:])) == [.missingInfo])
        info = .info(payload: Self.files)
        info.add("info/evil.so", "x")
        #expect(try Self.problems(info: info) == [.unknownInfo])
        info = .info(payload: Self.files)
        info.add("info/about.json", #"{"extra": {"sha": "1", "sha": "2"}}"#)
        #expect(try Self.problems(info: info) == [.badInfo])
    }

    @Test func `an inner archive of another package, or an unknown member, cannot be opened`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = try Wrap.conda(
                info: TarBuilder.info(payload: [:]).finished(), payload: TarBuilder().finished(), in: folder, innerInfo: "info-other-1.0-0.tar.zst")
            #expect(throws: PackagingError.innerNames("pkg-demo-1.0-0.tar.zst", "info-other-1.0-0.tar.zst")) { try Artifact.open(path) }
            #expect(try Artifact.check(path).map(\.code) == [.unreadable])
        }
    }

    @Test func `a recipe that is not the commit's is told file by file`() throws {
        try TemporaryDirectory.withSync { folder in
            var info = TarBuilder.info(payload: [:])
            info.add("info/recipe/recipe.yaml", "a")
            info.add("info/recipe/build.sh", "b")
            info.add("info/recipe/extra.sh", "c")
            info.add("info/recipe/rendered_recipe.yaml", "made by the build tool")
            let path = try Wrap.conda(info: info.finished(), payload: TarBuilder().finished(), in: folder)
            let commit = RecipeTree(files: [
                .init(path: "recipe.yaml", contents: Data("a".utf8)), .init(path: "build.sh", contents: Data("B".utf8)),
                .init(path: "fix.patch", contents: Data()), .init(path: ".gitignore", contents: Data()),
            ])
            #expect(throws: PackagingError.recipeDiffers([.changed("build.sh"), .missing("fix.patch"), .added("extra.sh")])) {
                try Artifact.open(path).embed(recipe: commit, provenance: nil, output: folder.appending("out.conda"))
            }
            #expect(!folder.appending("out.conda").exists)
        }
    }

    @Test func `conda-build's rendered recipe is proved by its template`() {
        let commit = RecipeTree(files: [.init(path: "meta.yaml", contents: Data("template".utf8)), .init(path: "build.sh", contents: Data("b".utf8))])
        func differences(_ files: [String: String]) -> [RecipeDifference] {
            RecipeTree(files: files.map { .init(path: $0.key, contents: Data($0.value.utf8)) }).differences(fromCommit: commit)
        }
        #expect(differences(["meta.yaml": "rendered", "meta.yaml.template": "template", "build.sh": "b", "conda_build_config.yaml": "x"]) == [])
        #expect(differences(["meta.yaml": "template", "build.sh": "b"]) == [])
        #expect(differences(["meta.yaml": "out", "parent/meta.yaml": "template", "parent/build.sh": "b"]) == [])
        #expect(differences(["meta.yaml": "rendered", "build.sh": "b"]) == [.changed("meta.yaml")])
        #expect(differences(["meta.yaml": "template", "meta.yaml.template": "other", "build.sh": "b"]) == [.changed("meta.yaml")])
    }

    @Test func `provenance with a short commit or a password is refused`() {
        let sha = String(repeating: "a", count: 40)
        #expect(throws: PackagingError.badProvenance(field: "sha")) { try SourceProvenance(sha: "abc", remoteURL: "https://x", runID: "1") }
        #expect(throws: PackagingError.badProvenance(field: "remote_url")) {
            try SourceProvenance(sha: sha, remoteURL: "https://name:secret@x/y", runID: "1")
        }
        #expect(throws: PackagingError.badProvenance(field: "run_id")) { try SourceProvenance(sha: sha, remoteURL: "https://x", runID: "a b") }
    }
}
