import Foundation
import Testing
import YAMLReading

@Suite struct YAMLDecodingTests {
    struct Item: Decodable, Equatable {
        enum Kind: String, Decodable { case confirm, text }
        var id: String
        var kind: Kind
        var required: Bool?
        var weights: [String: Int]?
    }
    struct Document: Decodable, Equatable {
        var version: String
        var items: [Item]
    }

    func decode(_ text: String, _ unknownKeys: YAML.UnknownKeys = .refused) throws(YAMLError) -> Document {
        try YAML.decode(Document.self, from: Data(text.utf8), unknownKeys: unknownKeys)
    }

    @Test func `decodes, and a version stays the text it was`() throws {
        let document = try decode(
            "version: 1.10\nitems:\n- {id: a, kind: confirm, required: no, weights: {x: 1, y: -2}}\n- {id: 'yes', kind: text}\n")
        #expect(
            document
                == Document(
                    version: "1.10",
                    items: [
                        Item(id: "a", kind: .confirm, required: false, weights: ["x": 1, "y": -2]), Item(id: "yes", kind: .text),
                    ]))
    }

    @Test(arguments: [
        ("version: 1\nitems:\n- id: a\n  kind: confirm\n  requierd: yes\n", "`items[0]` has the unknown key `requierd`, at line 5, column 3"),
        ("version: 1\n", "the document has no `items`, at line 1, column 1"),
        ("version: 1\nitems: 3\n", "`items`: a list expected, not a single value, at line 2, column 8"),
        ("version: [1]\nitems: []\n", "`version`: a text expected, not a list, at line 1, column 10"),
        ("version: 1\nitems:\n- {id: a, kind: text, required: maybe}\n", "`items[0].required`: `true` or `false` expected, at line 3, column 33"),
        ("version: 1\nitems:\n- {id: a, kind: text, weights: {x: 1.5}}\n", "`items[0].weights.x`: a whole number from"),
        ("version: 1\nitems:\n- {id: a, kind: sign}\n", "`items[0].kind`: "),
        ("- 1\n", "the document: a mapping expected, not a list, at line 1, column 1"),
        ("version: ~\nitems: []\n", "`version`: a text expected, not nothing, at line 1, column 10"),
    ])
    func `an error names the key, the line and the column`(text: String, message: String) {
        let error = #expect(throws: YAMLError.self) { try decode(text) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test func `a hint lists the keys that are known`() {
        let error = #expect(throws: YAMLError.self) { try decode("version: 1\nitems: []\ntitle: x\n") }
        #expect(error?.hint == "known here: `version`, `items`")
    }

    @Test func `files of other programs may hold more than we ask for`() throws {
        #expect(try decode("version: 1\nitems: []\ntitle: x\n", .ignored) == Document(version: "1", items: []))
    }
}
