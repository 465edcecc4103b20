import Archiving
import Basics
import Cryptography
import Files
import Foundation
import SystemPackage

@testable import Packaging

/// Tar archives by hand, header by header, with lies where a test wants them.
struct TarBuilder {
    var bytes: [UInt8] = []

    mutating func add(
        _ path: String, _ contents: String = "", type: Character = "0", link: String = "", mode: Int = 0o644, claimedSize: Int? = nil
    ) {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int) { for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte } }
        func octal(_ value: Int, _ width: Int) -> String {
            let text = String(value, radix: 8)
            return String(repeating: "0", count: width - text.count) + text
        }
        let data = Array(contents.utf8)
        put(path, 0)
        put(octal(mode, 7), 100)
        put(octal(0, 7), 108)
        put(octal(0, 7), 116)
        put(octal(claimedSize ?? data.count, 11), 124)
        put(octal(1_700_000_000, 11), 136)
        put("        ", 148)
        put(String(type), 156)
        put(link, 157)
        put("ustar\u{0}00", 257)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", 148)
        bytes += header + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
    }

    /// The archive with its end, and with whatever comes behind.
    func finished(trailing: [UInt8] = []) -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) + trailing }

    static let index = """
        {"name": "demo", "version": "1.0", "build": "0", "build_number": 0, "subdir": "linux-64", "depends": []}
        """

    /// `info/` with an index and a `paths.json` that is right for `payload`, plain files only.
    static func info(payload: [String: String], index: String = TarBuilder.index) -> TarBuilder {
        var tar = TarBuilder()
        let entries = payload.sorted { $0.key < $1.key }.map { path, contents in
            let digest = SHA256Digest(of: contents)
            return #"{"_path": "\#(path)", "path_type": "hardlink", "sha256": "\#(digest)", "size_in_bytes": \#(contents.utf8.count)}"#
        }
        tar.add("info/index.json", index)
        tar.add("info/paths.json", #"{"paths_version": 1, "paths": [\#(entries.joined(separator: ", "))]}"#)
        return tar
    }

    static func payload(_ files: [String: String]) -> TarBuilder {
        var tar = TarBuilder()
        for (path, contents) in files.sorted(by: { $0.key < $1.key }) { tar.add(path, contents) }
        return tar
    }
}

/// Puts archives made by hand into artifacts.
enum Wrap {
    static func compress(_ bytes: [UInt8], _ tool: String, in folder: FilePath) throws -> [UInt8] {
        let plain = folder.appending("plain-\(UInt64.random(in: 0...UInt64.max))")
        try plain.replaceContents(with: Data(bytes))
        let packed = plain.string + ".packed"
        try Tool.run("sh", "-c", "\(tool) -c < '\(plain)' > '\(packed)'")
        defer { unlink(plain.string); unlink(packed) }
        return Array(try FilePath(packed).contents())
    }

    static func tarBz2(_ tar: [UInt8], in folder: FilePath, name: String = "demo-1.0-0.tar.bz2") throws -> FilePath {
        let path = folder.appending(name)
        try path.replaceContents(with: Data(try compress(tar, "bzip2", in: folder)))
        return path
    }

    static func conda(
        info: [UInt8], payload: [UInt8], in folder: FilePath, name: String = "demo-1.0-0.conda", innerInfo: String = "info-demo-1.0-0.tar.zst",
        innerPayload: String = "pkg-demo-1.0-0.tar.zst"
    ) throws -> FilePath {
        let path = folder.appending(name)
        let members = [
            ("metadata.json", Array(#"{"conda_pkg_format_version": 2}"#.utf8)), (innerPayload, try compress(payload, "zstd -q", in: folder)),
            (innerInfo, try compress(info, "zstd -q", in: folder)),
        ]
        let sink = try FileSink(path)
        var writer = StoredZipWriter(into: sink)
        for (name, bytes) in members {
            try writer.add(name, size: Int64(bytes.count)) { (write) throws(ArchiveError) in
                try MemorySource(Data(bytes)).forEachBuffer(write)
            }
        }
        try writer.finish()
        try sink.commit()
        return path
    }
}
