import Archiving
import Files
import Foundation
import SystemPackage
import Testing

@testable import Packaging

struct GateTests {
    /// One hostile member behind an innocent file, and the refusal that it must meet.
    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let refusal: MemberRefusal
        let build: @Sendable (inout TarBuilder) -> Void
        init(_ name: String, _ refusal: MemberRefusal, _ build: @escaping @Sendable (inout TarBuilder) -> Void) {
            (testDescription, self.refusal, self.build) = (name, refusal, build)
        }
    }

    static let hostile: [Hostile] = [
        Hostile("absolute", .absolute) { $0.add("/etc/passwd", "x") },
        Hostile("climbing", .climbs) { $0.add("lib/../../x", "x") },
        Hostile("climbing first", .climbs) { $0.add("../x", "x") },
        Hostile("climbing with backslashes", .climbs) { $0.add("lib\\..\\..\\x", "x") },
        Hostile("drive letter", .absolute) { $0.add("C:/x", "x") },
        Hostile("empty part", .climbs) { $0.add("lib//x", "x") },
        Hostile("escape sequence", .badCharacter) { $0.add("lib/\u{1B}[2J", "x") },
        Hostile("link out", .linkLeaves(target: "../../etc")) { $0.add("lib/l", type: "2", link: "../../etc") },
        Hostile("absolute link", .linkLeaves(target: "/etc/passwd")) { $0.add("lib/l", type: "2", link: "/etc/passwd") },
        Hostile("link out by another link", .linkLeaves(target: "x/../y")) {
            $0.add("a/b/x", type: "2", link: "../..")
            $0.add("a/b/l", type: "2", link: "x/../y")
        },
        Hostile("member below a link", .belowNonFolder("lib/l")) {
            $0.add("lib/l", type: "2", link: ".")
            $0.add("lib/l/x", "x")
        },
        Hostile("link where a folder was", .duplicate) {
            $0.add("d/x", "x")
            $0.add("d", type: "2", link: "lib")
        },
        Hostile("member below a file", .belowNonFolder("bin/demo")) { $0.add("bin/demo/x", "x") },
        Hostile("character device", .special("character device")) { $0.add("dev", type: "3") },
        Hostile("block device", .special("block device")) { $0.add("dev", type: "4") },
        Hostile("pipe", .special("pipe")) { $0.add("pipe", type: "6") },
        Hostile("duplicate", .duplicate) { $0.add("bin/demo", "other") },
        Hostile("duplicate spelt otherwise", .duplicate) { $0.add("./bin/demo", "other") },
        Hostile("hard link to nothing", .badHardLink(target: "bin/none")) { $0.add("bin/h", type: "1", link: "bin/none") },
        Hostile("hard link out", .badHardLink(target: "../x")) { $0.add("bin/h", type: "1", link: "../x") },
        Hostile("hard link to a link", .badHardLink(target: "bin/l")) {
            $0.add("bin/l", type: "2", link: "demo")
            $0.add("bin/h", type: "1", link: "bin/l")
        },
        Hostile("info among the payload", .outOfPlace) { $0.add("info/x", "x") },
    ]

    private static func payload(_ hostile: Hostile) -> [UInt8] {
        var tar = TarBuilder()
        tar.add("bin/demo", "demo")
        hostile.build(&tar)
        return tar.finished()
    }

    @Test(arguments: hostile)
    func `refuses a hostile member of a conda file, whoever reads it`(hostile: Hostile) throws {
        try TemporaryDirectory.withSync { folder in
            let path = try Wrap.conda(info: TarBuilder.info(payload: ["bin/demo": "demo"]).finished(), payload: Self.payload(hostile), in: folder)
            let artifact = try Artifact.open(path)
            let target = folder.appending("out")
            do {
                try artifact.extract(to: target)
                Issue.record("it was extracted")
            } catch {
                guard case .refused(_, let refusal) = error as? PackagingError else { throw error }
                #expect(refusal == hostile.refusal)
            }
            #expect(!target.exists)
            #expect(try folder.children().map(\.string).filter { $0.contains("part") } == [])
            #expect(try artifact.check().map(\.code) == [.unreadable])
            #expect(throws: PackagingError.self) { try artifact.inspect() }
        }
    }

    @Test(arguments: hostile.filter { $0.refusal != .outOfPlace })
    func `refuses a hostile member of a tar file`(hostile: Hostile) throws {
        try TemporaryDirectory.withSync { folder in
            let tar = TarBuilder.info(payload: ["bin/demo": "demo"]).bytes + Self.payload(hostile)
            let artifact = try Artifact.open(try Wrap.tarBz2(tar, in: folder))
            #expect(throws: PackagingError.self) { try artifact.extract(to: folder.appending("out")) }
            #expect(try artifact.check().map(\.code) == [.unreadable])
        }
    }

    @Test func `two names that differ only in case are for Linux alone`() throws {
        try TemporaryDirectory.withSync { folder in
            let files = ["share/terminfo/E/Eterm": "1", "share/terminfo/e/eterm": "2"]
            for (subdir, expected) in [("linux-64", []), ("osx-arm64", [Problem.Code.unreadable])] {
                let index = TarBuilder.index.replacingOccurrences(of: "linux-64", with: subdir)
                let path = try Wrap.conda(
                    info: TarBuilder.info(payload: files, index: index).finished(), payload: TarBuilder.payload(files).finished(), in: folder)
                #expect(try Artifact.check(path).map(\.code) == expected)
            }
        }
    }

    @Test func `a member whose header lies about its size ends the reading`() throws {
        try TemporaryDirectory.withSync { folder in
            var tar = TarBuilder.info(payload: ["x": "x"])
            tar.add("x", "x", claimedSize: 100_000)
            let artifact = try Artifact.open(try Wrap.tarBz2(tar.bytes, in: folder))
            #expect(try artifact.check().map(\.code) == [.unreadable])
        }
    }

    @Test func `bytes behind the end of a tar archive are found`() throws {
        try TemporaryDirectory.withSync { folder in
            var more = TarBuilder()
            more.add("hidden", "x")
            let tar = TarBuilder.info(payload: ["x": "x"]).bytes + TarBuilder.payload(["x": "x"]).finished(trailing: more.finished())
            let problems = try Artifact.check(try Wrap.tarBz2(tar, in: folder))
            #expect(problems.map(\.code) == [.unreadable])
            #expect(problems.first?.message.contains("hidden behind the end") == true)
        }
    }

    @Test func `an inner archive that is not zstd is refused, though libarchive would read it`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("demo-1.0-0.conda")
            let sink = try FileSink(path)
            var writer = StoredZipWriter(into: sink)
            let members = [
                ("metadata.json", Array(#"{"conda_pkg_format_version": 2}"#.utf8)),
                ("pkg-demo-1.0-0.tar.zst", TarBuilder.payload(["x": "x"]).finished()),
                ("info-demo-1.0-0.tar.zst", try Wrap.compress(TarBuilder.info(payload: ["x": "x"]).finished(), "zstd -q", in: folder)),
            ]
            for (name, bytes) in members {
                try writer.add(name, size: Int64(bytes.count)) { (write) throws(ArchiveError) in
                    try MemorySource(Data(bytes)).forEachBuffer(write)
                }
            }
            try writer.finish()
            try sink.commit()
            #expect(try Artifact.check(path).map(\.code) == [.unreadable])
        }
    }

    @Test(arguments: [
        (ReadingLimits(members: 2), ReadingLimits.Name.members), (ReadingLimits(bytes: 1000), .bytes),
        (ReadingLimits(memberBytes: 2000), .memberBytes),
        (ReadingLimits(infoBytes: 100), .infoBytes), (ReadingLimits(pathBytes: 10), .pathBytes),
    ])
    func `names the limit that an artifact goes beyond`(limits: ReadingLimits, name: ReadingLimits.Name) throws {
        try TemporaryDirectory.withSync { folder in
            let files = ["share/a": String(repeating: "a", count: 3000)]
            let path = try Wrap.conda(
                info: TarBuilder.info(payload: files).finished(), payload: TarBuilder.payload(files).finished(), in: folder)
            let artifact = try Artifact.open(path, limits: limits)
            do {
                try artifact.extract(to: folder.appending("out"))
                Issue.record("it was extracted")
            } catch PackagingError.tooMuch(let limit, _) { #expect(limit == name) }
        }
    }

    @Test func `a bomb is stopped by its ratio long before its end`() throws {
        try TemporaryDirectory.withSync { folder in
            let size = 300 << 20
            var tar = TarBuilder()
            tar.add("zeros", "", claimedSize: size)
            let head = folder.appending("head")
            try head.replaceContents(with: Data(tar.bytes))
            let payload = folder.appending("payload.zst")
            try Tool.run("sh", "-c", "{ cat '\(head)'; head -c \(size + 1024) /dev/zero; } | zstd -q -c > '\(payload)'")
            let path = try Wrap.conda(info: TarBuilder.info(payload: [:]).finished(), payload: [], in: folder)
            // The payload's archive is put in as it is, instead of being compressed once more.
            let zip = try StoredZip(reading: try OpenedFile(path))
            let sink = try FileSink(path)
            var writer = StoredZipWriter(into: sink)
            for member in zip.members {
                let bytes = member.name.hasPrefix("pkg-") ? Array(try payload.contents()) : try zip.contents(of: member, limit: 1 << 20)
                try writer.add(member.name, size: Int64(bytes.count)) { (write) throws(ArchiveError) in
                    try MemorySource(Data(bytes)).forEachBuffer(write)
                }
            }
            try writer.finish()
            try sink.commit()
            do {
                _ = try Artifact.open(path).inspect()
                Issue.record("it was read")
            } catch PackagingError.tooMuch(let limit, _) { #expect(limit == .ratio) }
        }
    }

    @Test func `a reading that nobody wants any more ends, and is no problem of the artifact`() async throws {
        try await TemporaryDirectory.with { folder in
            let files = ["share/a": "a"]
            let path = try Wrap.conda(info: TarBuilder.info(payload: files).finished(), payload: TarBuilder.payload(files).finished(), in: folder)
            #expect(throws: PackagingError.stopped) {
                let stop = StopFlag()
                stop.stop()
                _ = try Artifact.check(path, stop: stop)
            }
            let task = Task {
                await ArtifactReading.map([path, path, path]) { path, stop in
                    // The flag is set when the task is cancelled, which happens below.
                    while (try? stop.check()) != nil { usleep(1000) }
                    return Result { () throws(PackagingError) in try Artifact.check(path, stop: stop) }
                }
            }
            task.cancel()
            let results = await task.value
            #expect(results == Array(repeating: .failure(.stopped), count: 3))
        }
    }

    @Test func `several artifacts are read at once, and answered in their order`() async throws {
        try await TemporaryDirectory.with { folder in
            let expected: [[Problem.Code]] = [[], [.wrongDigest], [], [.wrongDigest, .wrongSize], []]
            let paths = try zip(0..., ["a", "b", "a", "long", "a"]).map { number, contents in
                let place = folder.appending("\(number)")
                try place.createDirectory()
                return try Wrap.conda(
                    info: TarBuilder.info(payload: ["share/a": "a"]).finished(), payload: TarBuilder.payload(["share/a": contents]).finished(),
                    in: place)
            }
            let codes = await ArtifactReading.map(paths, limit: 2) { path, stop in (try? Artifact.check(path, stop: stop))?.map(\.code) }
            #expect(codes == expected)
        }
    }
}
