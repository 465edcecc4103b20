import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import SystemPackage
import TestSupport
import Testing

@testable import Packaging

/// What conda's own tools say of our reading and writing.
struct JudgeTests {
    private static func provenance() throws -> SourceProvenance {
        try SourceProvenance(
            sha: String(repeating: "ab", count: 20), remoteURL: "https://github.com/conda-forge/demo-feedstock", runID: "manual_20261121T105500Z")
    }

    /// Our own listing in the words of `artifacts.py list`.
    private static func listing(_ artifact: Artifact) throws -> [String] {
        struct Lister: MemberVisitor {
            var lines: [String] = []
            let hasher = MemberHasher()
            mutating func begin(_ member: ArtifactMember) {}
            mutating func take(_ bytes: UnsafeRawBufferPointer) { hasher.take(bytes) }
            mutating func end(_ member: ArtifactMember) {
                switch member.kind {
                case .file: lines.append("file \(hasher.finish()) \(member.path)")
                case .directory: lines.append("folder - \(member.path)")
                case .symbolicLink(let target): lines.append("link \(target) \(member.path)")
                case .hardLink(let target): lines.append("hard \(target) \(member.path)")
                }
            }
        }
        var lister = Lister()
        try artifact.visit(with: &lister)
        return lister.lines.sorted()
    }

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init).sorted() }

    @Test(arguments: Made.both)
    func `reads what conda-package-streaming reads, member for member`(name: String) throws {
        let path = Made.folder.appending(name)
        #expect(try Self.listing(try Artifact.open(path)) == Self.lines(try Tool.python("list", path.string)))
    }

    @Test(arguments: Made.both)
    func `extracts what rattler extracts, byte for byte`(name: String) throws {
        try TemporaryDirectory.withSync { folder in
            let path = Made.folder.appending(name)
            let (ours, theirs) = (folder.appending("ours"), folder.appending("theirs"))
            try Artifact.open(path).extract(to: ours)
            try Tool.python("unpack", path.string, theirs.string)
            try Tool.run("diff", "--recursive", "--no-dereference", ours.string, theirs.string)
            try Tool.run("diff", "--recursive", "--no-dereference", ours.string, Made.prefix.string)
            #expect(access(ours.appending("bin/demo").string, X_OK) == 0)
        }
    }

    @Test(arguments: Made.both)
    func `an artifact of conda's own tools has no problem`(name: String) throws {
        #expect(try Artifact.check(Made.folder.appending(name)) == [])
    }

    @Test(arguments: Made.both)
    func `embeds a recipe so that every reader agrees and the payload stays`(name: String) throws {
        try TemporaryDirectory.withSync { folder in
            let output = folder.appending(name)
            let artifact = try Artifact.open(Made.folder.appending(name))
            let result = try artifact.embed(recipe: Made.recipe, provenance: try Self.provenance(), output: output)
            #expect(result.recipe == .added)
            #expect(!result.isRecompressed)
            #expect(result.payloadBefore == result.payloadAfter)
            #expect(result.after == (try FileDigests.compute(output)))

            #expect(try Artifact.check(output) == [])
            let embedded = try Artifact.open(output)
            #expect(try Self.listing(embedded) == Self.lines(try Tool.python("list", output.string)))
            let (ours, theirs) = (folder.appending("ours"), folder.appending("theirs"))
            try embedded.extract(to: ours)
            let sums = try Tool.python("unpack", output.string, theirs.string)
            #expect(sums == "\(result.after.sha256) \(result.after.md5)\n")
            try Tool.run("diff", "--recursive", "--no-dereference", ours.string, theirs.string)
            try Tool.run("diff", "--recursive", Made.recipe.string, ours.appending("info/recipe").string)
            let inspection = try embedded.inspect()
            #expect(inspection.provenance["sha"] == String(repeating: "ab", count: 20))
            #expect(inspection.provenance["flow_run_id"] == "manual_20261121T105500Z")
            #expect(inspection.about?["extra"]?["recipe-maintainers"] == ["someone"])
            #expect(inspection.recipeDigest == result.recipeDigest)
            // All but the recipe and about.json is as it was.
            try Tool.run(
                "diff", "--recursive", "--no-dereference", "--exclude=recipe", "--exclude=about.json", ours.string, Made.prefix.string)
        }
    }

    @Test(arguments: Made.both)
    func `conda-package-handling unpacks what we embed into as we do, file for file`(name: String) throws {
        try TemporaryDirectory.withSync { folder in
            let output = folder.appending(name)
            _ = try Artifact.open(Made.folder.appending(name)).embed(recipe: Made.recipe, provenance: try Self.provenance(), output: output)
            let (ours, theirs) = (folder.appending("ours"), folder.appending("theirs"))
            try Artifact.open(output).extract(to: ours)
            let said = try Tool.python("handle", output.string, theirs.string)
            #expect(said == (try Tool.python("tree", ours.string)))
            #expect(said.contains(" info/recipe/recipe.yaml\n"))
        }
    }

    @Test(arguments: ["conda", "tar.bz2"])
    func `rattler-build tests what we embed into`(format: String) throws {
        try TemporaryDirectory.withSync { folder in
            let judge = Repository.root.appending("Tests/Judges/rattler_build_judge.py").string
            let python = Repository.root.appending(".tools/venv/bin/python").string
            let said = try Tool.run(python, judge, "build", folder.string, format)
            let built = FilePath(String(try #require(said.split(separator: "\n").last)))
            try folder.appending("embedded").createDirectory()
            let output = folder.appending("embedded").appending(try #require(built.lastComponent).string)
            let result = try Artifact.open(built).embed(recipe: folder.appending("recipe"), provenance: try Self.provenance(), output: output)
            #expect(result.recipe == .added)
            #expect(!result.isRecompressed)
            #expect(try Artifact.check(output) == [])
            try Tool.run(python, judge, "test", output.string)
        }
    }

    @Test func `stock tools find nothing wrong with an embedded conda file`() throws {
        try TemporaryDirectory.withSync { folder in
            let output = folder.appending("demo-1.0-h0_0.conda")
            let result = try Artifact.open(Made.conda).embed(recipe: Made.recipe, provenance: nil, output: output)
            try Tool.run("unzip", "-t", output.string)
            // The payload's archive is the old one, bit for bit: what a reviewer would type.
            for path in [Made.conda, output] {
                let sum = try Tool.run("sh", "-c", "unzip -p '\(path)' 'pkg-*' | sha256sum")
                #expect(sum.hasPrefix(result.payloadBefore.hexadecimal))
            }
            try Tool.run("unzip", "-q", output.string, "-d", folder.string)
            for member in try folder.children() where member.extension == "zst" {
                try Tool.run("zstd", "-q", "-t", member.string)
                try Tool.run("sh", "-c", "zstd -dcq '\(member)' | tar -t")
            }
            // No data descriptor: bit 3 of the flags in the first local header.
            #expect(try output.contents()[6] & 8 == 0)
        }
    }

    @Test func `rattler unpacks our conda file while it comes, in one request`() throws {
        try TemporaryDirectory.withSync { folder in
            let output = folder.appending("demo-1.0-h0_0.conda")
            _ = try Artifact.open(Made.conda).embed(recipe: Made.recipe, provenance: nil, output: output)
            #expect(try Tool.python("stream", output.string, folder.appending("one").string) == "1\n")
            // The same members with data descriptors cost more than one request: the judge can tell, and we read such files as well.
            let other = folder.appending("other").appending("demo-1.0-h0_0.conda")
            try folder.appending("other").createDirectory()
            try Tool.python("describe", output.string, other.string)
            let requests = try #require(Int(try Tool.python("stream", other.string, folder.appending("two").string).dropLast()))
            #expect(requests > 1)
            #expect(try Artifact.check(other) == [])
        }
    }

    @Test func `stock tools find nothing wrong with an embedded tar file`() throws {
        try TemporaryDirectory.withSync { folder in
            let output = folder.appending("demo-1.0-h0_0.tar.bz2")
            _ = try Artifact.open(Made.tarBz2).embed(recipe: Made.recipe, provenance: nil, output: output)
            try Tool.run("bzip2", "-t", output.string)
            try Tool.run("tar", "-tjf", output.string)
        }
    }

    @Test(arguments: Made.both)
    func `the same input gives the same bytes, and a second embedding proves the first`(name: String) throws {
        try TemporaryDirectory.withSync { folder in
            try folder.appending("again").createDirectory()
            let (first, second) = (folder.appending(name), folder.appending("again").appending(name))
            let artifact = try Artifact.open(Made.folder.appending(name))
            _ = try artifact.embed(recipe: Made.recipe, provenance: try Self.provenance(), output: first)
            _ = try artifact.embed(recipe: Made.recipe, provenance: try Self.provenance(), output: second)
            #expect(try first.contents() == second.contents())
            let third = try Artifact.open(first).embed(recipe: Made.recipe, provenance: try Self.provenance(), output: second)
            #expect(third.recipe == .proved)
            #expect(third.changes == [])
        }
    }

    @Test func `a recipe between the files of the payload is found, as conda-build leaves it there`() throws {
        try TemporaryDirectory.withSync { folder in
            let files = ["bin/demo": "demo"]
            var tar = TarBuilder.info(payload: files)
            tar.bytes += TarBuilder.payload(files).bytes
            tar.add("info/recipe/meta.yaml", "theirs")
            let path = try Wrap.tarBz2(tar.finished(), in: folder)
            let output = folder.appending("out.tar.bz2")
            let theirs = RecipeTree(files: [.init(path: "meta.yaml", contents: Data("theirs".utf8))])
            let ours = RecipeTree(files: [.init(path: "recipe.yaml", contents: Data("ours".utf8))])
            #expect(throws: PackagingError.recipeDiffers([.missing("recipe.yaml"), .added("meta.yaml")])) {
                try Artifact.open(path).embed(recipe: ours, provenance: nil, output: output)
            }
            #expect(!output.exists)
            let result = try Artifact.open(path).embed(recipe: theirs, provenance: nil, output: output)
            #expect(result.recipe == .proved)
            #expect(!result.isRecompressed)
            // Who gives their word gets what it is worth: this is why it is asked for by name.
            #expect(try Artifact.open(path).embed(recipe: ours, provenance: nil, output: output, infoIsFirst: true).recipe == .added)
        }
    }

    @Test func `what is no conda artifact gets no recipe`() throws {
        try TemporaryDirectory.withSync { folder in
            var tar = TarBuilder()
            tar.add("hello", "world")
            let path = try Wrap.tarBz2(tar.finished(), in: folder)
            #expect(throws: PackagingError.missingInfoFile("index.json")) {
                try Artifact.open(path).embed(recipe: Made.recipe, provenance: nil, output: folder.appending("out.tar.bz2"))
            }
        }
    }

    @Test func `an archive that does not begin with info is recompressed, and says so`() throws {
        try TemporaryDirectory.withSync { folder in
            let files = ["bin/demo": "demo"]
            let tar = TarBuilder.payload(files).bytes + TarBuilder.info(payload: files).finished()
            try folder.appending("out").createDirectory()
            let output = folder.appending("out").appending("demo-1.0-0.tar.bz2")
            let result = try Artifact.open(try Wrap.tarBz2(tar, in: folder)).embed(recipe: Made.recipe, provenance: nil, output: output)
            #expect(result.isRecompressed)
            #expect(result.recipe == .added)
            #expect(try Artifact.check(output) == [])
            try Tool.run("bzip2", "-t", output.string)
            #expect(try Self.listing(try Artifact.open(output)) == Self.lines(try Tool.python("list", output.string)))
        }
    }

    @Test func `an archive of several bzip2 streams becomes one of one`() throws {
        try TemporaryDirectory.withSync { folder in
            try folder.appending("out").createDirectory()
            let path = folder.appending("demo-1.0-h0_0.tar.bz2")
            try Tool.run(
                "sh", "-c",
                "bzip2 -dc '\(Made.tarBz2)' > '\(folder)/t'; { head -c 700000 '\(folder)/t' | bzip2 -5; tail -c +700001 '\(folder)/t' | bzip2 -9; } > '\(path)'"
            )
            let output = folder.appending("out").appending("demo-1.0-h0_0.tar.bz2")
            let result = try Artifact.open(path).embed(recipe: Made.recipe, provenance: nil, output: output)
            #expect(!result.isRecompressed)
            #expect(try Artifact.check(output) == [])
            // Python's decoder, told to stop at the first stream's end, gets all of it.
            try Tool.run(
                "python3", "-c",
                "import bz2,sys; d=bz2.BZ2Decompressor(); d.decompress(open(sys.argv[1],'rb').read()); assert d.eof and not d.unused_data",
                output.string)
            #expect(try Self.listing(try Artifact.open(output)) == Self.lines(try Tool.python("list", output.string)))
        }
    }
}
