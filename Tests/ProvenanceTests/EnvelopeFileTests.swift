import Cryptography
import Files
import Foundation
import Provenance
import SystemPackage
import Testing

@Suite struct EnvelopeFileTests {
    @Test func `order, repetition and empty lines mean nothing; other lines are named`() throws {
        let key = try SigningKey.generate()
        let envelopes = try Samples.predicates().prefix(3).map { try Envelope.sign(Samples.statement($0), with: key) }
        var bytes = Data("\n".utf8)
        for envelope in envelopes.reversed() + envelopes { bytes += envelope.line + [0x0A] }
        bytes += Data("not an envelope\n".utf8)
        let file = EnvelopeFile(parsing: bytes)
        #expect(Set(file.envelopes) == Set(envelopes))
        #expect(file.envelopes.count == 3)
        #expect(file.unreadable.map(\.number) == [8])
    }

    @Test func `is written as a whole and read back`() throws {
        try TemporaryDirectory.withSync { folder in
            let key = try SigningKey.generate()
            let path = folder.appending("a.conda" + EnvelopeFile.fileExtension)
            var file = EnvelopeFile()
            for predicate in try Samples.predicates() {
                file.append(try Envelope.sign(Samples.statement(predicate), with: key))
                try file.write(to: path)
            }
            #expect(try EnvelopeFile.read(path).envelopes == file.envelopes)
            #expect(try path.contents().split(separator: 0x0A).count == file.envelopes.count)
        }
    }
}
