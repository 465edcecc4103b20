import Cryptography
import Files
import Foundation
import Ledger
import SystemPackage
import Testing

@Suite struct LogFileTests {
    @Test func `names every file that a log has at a size, and takes a part from the whole tile that followed it`() throws {
        try TemporaryDirectory.withSync { folder in
            let key = try LogKey.generate()
            let log = try LogFolder.create(at: folder, origin: "example.org/l", key: key)
            _ = try log.append(leaves: Vectors.entries(300), key: key, isDeduplicating: false)
            let small = try log.checkpoint()
            let parts = try log.files(of: small.checkpoint).map { ($0, try log.path.appending($0.name).contents()) }
            #expect(
                parts.map(\.0.name) == [
                    "tile/0/000", "tile/entries/000", "tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1",
                ])
            _ = try log.append(leaves: Array(Vectors.entries(600)[300...]), key: key, isDeduplicating: false)
            for (file, bytes) in parts {
                #expect(bytes.count <= file.byteLimit)
                guard let whole = file.whole, log.path.appending(whole).exists else { continue }
                let contents = try log.path.appending(whole).contents()
                #expect(file.part(of: contents) == bytes)
                for count in 0..<bytes.count { #expect(file.part(of: contents.prefix(count)) == nil) }
            }
        }
    }
}
