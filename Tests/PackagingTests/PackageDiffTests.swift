import Files
import Foundation
import JSONReading
import SystemPackage
import Testing

@testable import Packaging

struct PackageDiffTests {
    @Test func `the same payload is the same, however it is packed`() throws {
        let diff = try PackageDiff.between(try Artifact.open(Made.conda), try Artifact.open(Made.tarBz2))
        #expect(diff.isSamePayload)
        #expect(diff.metadata.isEmpty && diff.infoChanged.isEmpty)
        #expect(diff.text.contains("The payloads are the same, file for file."))
    }

    @Test func `tells what was added, removed and changed`() throws {
        try TemporaryDirectory.withSync { folder in
            func make(_ name: String, _ files: [String: String], index: String = TarBuilder.index, mode: Int = 0o644) throws -> Artifact {
                var payload = TarBuilder()
                for (path, contents) in files.sorted(by: { $0.key < $1.key }) { payload.add(path, contents, mode: mode) }
                payload.add("bin/link", type: "2", link: files.count > 2 ? "a" : "b")
                let path = try Wrap.conda(
                    info: TarBuilder.info(payload: files, index: index).finished(), payload: payload.finished(), in: folder, name: name)
                return try Artifact.open(path)
            }
            let old = try make("old.conda", ["bin/a": "a", "bin/b": "b", "bin/c": "c"])
            let index = TarBuilder.index.replacingOccurrences(of: #""build_number": 0"#, with: #""build_number": 1"#)
            let new = try make("new.conda", ["bin/a": "changed", "bin/d": "d"], index: index)
            let diff = try PackageDiff.between(old, new)
            #expect(!diff.isSamePayload)
            #expect(diff.added.map(\.path) == ["bin/d"])
            #expect(diff.removed.map(\.path) == ["bin/b", "bin/c"])
            #expect(diff.changed.map(\.path) == ["bin/a", "bin/link"])
            #expect(diff.metadata.map(\.key) == ["build_number"])
            #expect(diff.metadata.first?.new == 1)
            #expect(diff.infoChanged == ["index.json", "paths.json"])
            #expect(diff.text.contains("~ bin/a (1 → 7 bytes)"))
            #expect(diff.text.contains("index.json build_number: 0 → 1"))
            #expect(!(try StrictJSON.encode(diff)).isEmpty)
        }
    }

    @Test func `tells which libraries and symbols a program has gained`() throws {
        try TemporaryDirectory.withSync { folder in
            func build(_ name: String, _ source: String, _ more: String...) throws -> [UInt8] {
                let (input, output) = (folder.appending(name + ".c"), folder.appending(name + ".so"))
                try input.replaceContents(with: source)
                try Tool.run(["cc", "-shared", "-fPIC", "-o", output.string, input.string] + more)
                return Array(try output.contents())
            }
            func facts(_ bytes: [UInt8]) throws -> ELFFacts {
                let spool = SpooledMember()
                try bytes.withUnsafeBytes { try spool.take($0) }
                var reader = ELFReader(spool)
                let facts = reader.facts(withExports: true)
                return try #require(facts)
            }
            let old = try facts(try build("old", "int one(void) { return 1; }"))
            let new = try facts(
                try build(
                    "new", "#include <math.h>\nint two(void) { return 2; }\ndouble f(double x) { return pow(x, x); }", "-Wl,--no-as-needed", "-lm"))
            #expect(old.exported == ["one"])
            #expect(new.exported == ["f", "two"])
            let change = PackageDiff.ELFChange(path: "lib/x.so", old, new)
            #expect(change.neededAdded.contains("libm.so.6"))
            #expect(change.exportedAdded == ["f", "two"])
            #expect(change.exportedRemoved == ["one"])
            #expect(change.versions.contains { $0.hasPrefix("GLIBC: ") })
            // The linker's own tool says the same.
            let listing = try Tool.run("readelf", "--dynamic", "--version-info", folder.appending("new.so").string)
            for library in new.needed { #expect(listing.contains("[\(library)]")) }
            for versions in new.neededVersions.values { for version in versions { #expect(listing.contains("Name: \(version) ")) } }
        }
    }

    @Test func `an ELF file cut or changed anywhere is read without harm`() throws {
        try TemporaryDirectory.withSync { folder in
            let input = folder.appending("a.c")
            try input.replaceContents(with: "#include <stdio.h>\nint f(void) { return puts(\"\"); }")
            try Tool.run("cc", "-shared", "-fPIC", "-s", "-o", folder.appending("a.so").string, input.string)
            let whole = Array(try folder.appending("a.so").contents())
            let spool = SpooledMember()
            for step in 0..<3000 {
                var bytes = whole
                if step % 2 == 0 { bytes = Array(bytes.prefix(whole.count * step / 3000)) } else { bytes[step * 7 % 1600] ^= UInt8(1 << (step % 8)) }
                spool.reset()
                try bytes.withUnsafeBytes { try spool.take($0) }
                var reader = ELFReader(spool)
                if let facts = reader.facts(withExports: true) { #expect(facts.needed.count < 10) }
            }
        }
    }
}
