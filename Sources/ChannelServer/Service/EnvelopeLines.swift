import Basics
import Cryptography
import Files
import Foundation
import HTTPTypes
import JSONReading
import SystemPackage

/// `FILE.intoto.jsonl`: envelopes, one JSON object a line.
enum EnvelopeLines {
    /// Rewrites the file at `path` as the lines of `earlier`, as they are, followed by the new lines that are not among them.
    ///
    /// Lines that spell the same JSON are one line. Lines are kept byte for byte.
    static func merge(_ path: FilePath, after earlier: FilePath?, limit: Int) throws -> FileDigests {
        var lines: [Data] = []
        var seen: Set<Data> = []
        let known = try earlier?.contents(limit: limit) ?? Data()
        for data in [known, try path.contents(limit: limit)] {
            for line in data.split(separator: 10) where !line.allSatisfy({ [9, 13, 32].contains($0) }) {
                let value: JSONValue
                do { value = try JSONValue(parsing: Data(line), limits: .init(bytes: limit)) } catch {
                    throw APIFailure(.badRequest, "line \(lines.count + 1) of the envelopes is not JSON: \(error.message)")
                }
                guard value.object != nil else { throw APIFailure(.badRequest, "line \(lines.count + 1) of the envelopes is not an object") }
                if seen.insert(value.serialized(.canonical)).inserted { lines.append(Data(line)) }
            }
        }
        guard !lines.isEmpty else { throw APIFailure(.badRequest, "there is no envelope") }
        let merged = Data(lines.map { $0 + Data([10]) }.joined())
        guard merged.count <= limit else { throw APIFailure(.contentTooLarge, "the envelopes are larger than \(limit) bytes together") }
        try path.replaceContents(with: merged, permissions: .ownerReadWrite)
        return FileDigests(sha256: SHA256Digest(of: merged), md5: MD5Digest(of: merged), byteCount: Int64(merged.count))
    }
}
