import Cryptography
import Foundation
import Testing

@Suite struct Base64Tests {
    @Test func `reads both alphabets, padded or not`() {
        #expect(Base64.decode("+/+/") == Data([0xFB, 0xFF, 0xBF]))
        #expect(Base64.decode("-_-_") == Data([0xFB, 0xFF, 0xBF]))
        #expect(Base64.decode("Zg==") == Data("f".utf8))
        #expect(Base64.decode("Zg") == Data("f".utf8))
        #expect(Base64.decode("") == Data())
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "Zh==", "Zg==\n", " Zg==", "Z g=", "=Zg=", "Zm9=v", "+_+_", "Zm9vZg=", "é===", "Zm9vYg=A"])
    func `refuses what has another spelling`(text: String) { #expect(Base64.decode(text) == nil) }

    @Test func `takes only the one canonical spelling where that is asked for`() {
        #expect(Base64.decodeCanonical("-_-_") == nil)
        #expect(Base64.decodeCanonical("Zg") == nil)
        #expect(Base64.decodeCanonical("Zg==") == Data("f".utf8))
    }

    @Test func `agrees with Foundation on everything that Foundation writes`() {
        for count in 0..<70 {
            let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 89 + count) })
            #expect(Base64.decode(Base64.encode(data)) == data)
        }
    }
}
