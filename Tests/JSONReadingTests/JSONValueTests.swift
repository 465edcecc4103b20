import Foundation
import JSONReading
import Testing

@Suite struct JSONValueTests {
    @Test func `keeps order, whole numbers and text`() throws {
        let value = try JSONValue(parsing: #"{"b":[1,-2,9007199254740993,1.5,1e3],"a":"é\u00e9\ud83d\ude00\n","n":null,"t":true}"#)
        #expect(value.object?.map(\.key) == ["b", "a", "n", "t"])
        #expect(value["b"]?[2]?.integer == 9_007_199_254_740_993)
        #expect(value["a"]?.string == "éé😀\n")
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "[1,]", "{\"a\":1,}", "01", "+1", ".5", "1.", "1e", "nul", "[1] 2", "\"\u{1}\"", #""\x""#,
        #""\ud800""#,
        #""\ud800\u0041""#, "", " ", "[", "{", "{\"a\"", "\"", "NaN", "1e999", "\u{FEFF}1", "'a'", "// c\n1",
    ])
    func `refuses what can be read in two ways, and what is not JSON`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func `refuses bytes that are not UTF-8`() {
        #expect(throws: JSONError.notUTF8(offset: 0)) { try JSONValue(parsing: [0x22, 0xC0, 0x80, 0x22]) }
    }

    @Test func `stops at its limits`() {
        #expect(throws: JSONError.tooDeep(limit: 64)) { try JSONValue(parsing: String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONError.tooLarge(limit: 3)) { try JSONValue(parsing: "1234", limits: .init(bytes: 3)) }
    }

    @Test func `every cut of a document is refused`() throws {
        let text = Array(#"{"a":[true,null,{"b":"\u00e9\\"}],"c":-1.5e+3}"#.utf8)
        for count in 0..<text.count { #expect(throws: JSONError.self) { try JSONValue(parsing: text[..<count]) } }
        #expect(throws: Never.self) { try JSONValue(parsing: text) }
    }

    @Test func `writes the canonical form of RFC 8785`() throws {
        let value = try JSONValue(parsing: #"{"\u20ac":"Euro Sign","\r":"CR","1":"One","\ud83d\ude00":"Smiley","\u0080":"C","a":{"y":1.0,"x":[]}}"#)
        #expect(
            String(decoding: value.serialized(.canonical), as: UTF8.self)
                == "{\"\\r\":\"CR\",\"1\":\"One\",\"a\":{\"x\":[],\"y\":1},\"\u{80}\":\"C\",\"€\":\"Euro Sign\",\"😀\":\"Smiley\"}")
        #expect(try JSONValue(parsing: value.serialized(.pretty)) == JSONValue(parsing: value.serialized(.compact)))
    }

    @Test func `decodes only what passed the strict reader`() {
        #expect(throws: JSONError.self) { try StrictJSON.decode([String: Int].self, from: Data(#"{"a":1,"a":2}"#.utf8)) }
        #expect(throws: JSONError.self) { try StrictJSON.decode([String: Int].self, from: Data(#"{"a":"x"}"#.utf8)) }
    }
}
