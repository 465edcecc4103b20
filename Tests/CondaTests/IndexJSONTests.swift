import Conda
import Foundation
import Testing

@Suite struct IndexJSONTests {
    private func read(_ text: String) throws -> IndexJSON { try JSONDecoder().decode(IndexJSON.self, from: Data(text.utf8)) }

    @Test func `an index without depends asks for nothing, as rattler-build once wrote it`() throws {
        let index = try read(#"{"name": "a", "version": "1", "build": "0", "build_number": 0}"#)
        #expect(index.depends == [])
        #expect(index.constrains == nil)
    }

    @Test func `what depends holds is read as it stands, and nothing else is taken for it`() throws {
        let with = #"{"name": "a", "version": "1", "build": "0", "build_number": 0, "depends": ["b >=1"]}"#
        #expect(try read(with).depends == ["b >=1"])
        #expect(throws: DecodingError.self) { try read(with.replacing(#"["b >=1"]"#, with: #""b""#)) }
        #expect(throws: DecodingError.self) { try read(with.replacing(#""name": "a", "#, with: "")) }
    }
}
