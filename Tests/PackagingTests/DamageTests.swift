import Basics
import Files
import Foundation
import SystemPackage
import Testing

@testable import Packaging

/// A small artifact of each format, cut at every byte and changed at every byte.
struct DamageTests {
    private static let files = ["bin/demo": "demo\n", "lib/a": "aaa"]

    private static func make(_ name: String, in folder: FilePath) throws -> FilePath {
        let (info, payload) = (TarBuilder.info(payload: files), TarBuilder.payload(files))
        return name.hasSuffix(".conda")
            ? try Wrap.conda(info: info.finished(), payload: payload.finished(), in: folder, name: name)
            : try Wrap.tarBz2(info.bytes + payload.finished(), in: folder, name: name)
    }

    @Test(arguments: ["demo-1.0-0.conda", "demo-1.0-0.tar.bz2"])
    func `an artifact cut at any byte has a problem`(name: String) throws {
        try TemporaryDirectory.withSync { folder in
            let path = try Self.make(name, in: folder)
            let whole = try path.contents()
            #expect(try Artifact.check(path) == [])
            for count in 0..<whole.count {
                try whole.prefix(count).write(to: URL(fileURLWithPath: path.string))
                #expect(try !Artifact.check(path).isEmpty)
            }
        }
    }

    @Test(arguments: ["demo-1.0-0.conda", "demo-1.0-0.tar.bz2"])
    func `a byte changed anywhere is a problem, or changes no member`(name: String) throws {
        try TemporaryDirectory.withSync { folder in
            let path = try Self.make(name, in: folder)
            let whole = try path.contents()
            let members = try Self.members(path)
            for place in 0..<whole.count {
                var changed = whole
                changed[place] ^= UInt8(1 << (place % 8))
                try changed.write(to: URL(fileURLWithPath: path.string))
                guard try Artifact.check(path).isEmpty else { continue }
                #expect(try Self.members(path) == members)
            }
        }
    }

    private static func members(_ path: FilePath) throws -> [String] {
        struct Lister: MemberVisitor {
            var lines: [String] = []
            let hasher = MemberHasher()
            mutating func begin(_ member: ArtifactMember) {}
            mutating func take(_ bytes: UnsafeRawBufferPointer) { hasher.take(bytes) }
            mutating func end(_ member: ArtifactMember) {
                lines.append("\(member) \(member.kind == .file ? hasher.finish().hexadecimal : "")")
            }
        }
        var lister = Lister()
        try Artifact.open(path).visit(with: &lister)
        return lister.lines
    }
}
