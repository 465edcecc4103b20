import Foundation
import Testing
import YAMLReading

@Suite struct YAMLValueTests {
    @Test func `keeps the text of scalars, their order and their places`() throws {
        let value = try YAMLValue(parsing: "python:\n- 3.10\n- '3.9'\nbuild: 007\non: yes\nnothing: ~\n")
        #expect(value.mapping?.map(\.key) == ["python", "build", "on", "nothing"])
        #expect(value["python"]?.strings == ["3.10", "3.9"])
        #expect(value["python"]?[0]?.number == 3.1)
        #expect(value["python"]?[1]?.number == nil)
        #expect(value["build"]?.integer == nil)
        #expect(value["on"]?.bool == true)
        #expect(value["nothing"]?.isNull == true)
        #expect(value["nothing"]?.string == nil)
        #expect(value["python"]?[1]?.location == YAMLLocation(line: 3, column: 3))
    }

    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", "the key `a` stands twice"), ("{a: 1, 'a': 2}", "the key `a` stands twice"),
        ("a: 1\n---\nb: 2\n", "one YAML document expected"), ("a: [1\n", "not YAML"), ("a: b: c\n", "not YAML"), ("\ta: 1\n", "not YAML"),
        ("a: *b\n", "not YAML"), ("a: &x {b: 1}\nc: {<<: *x}\n", "a merge key"), ("? [a]\n: b\n", "a key that is a collection"),
        ("a: !!python/object:os.system x\n", "the tag"), ("", "the YAML document is empty"), ("# only words\n", "the YAML document is empty"),
        ("a: \u{1}\n", "not YAML"),
    ])
    func `refuses what can be read in two ways, and what is not YAML`(text: String, message: String) {
        let error = #expect(throws: YAMLError.self) { try YAMLValue(parsing: text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `says where`() {
        #expect(throws: YAMLError.duplicateKey("b", YAMLLocation(line: 2, column: 3))) { try YAMLValue(parsing: "a:\n  b: 1\n  c: 2\n  b: 3\n") }
        #expect(throws: YAMLError.notUTF8(offset: 3)) { try YAMLValue(parsing: [0x61, 0x3A, 0x20, 0xFF, 0x0A]) }
    }

    @Test func `stops at its limits`() {
        #expect(throws: YAMLError.tooDeep(limit: 64)) {
            try YAMLValue(parsing: String(repeating: "[", count: 500) + String(repeating: "]", count: 500))
        }
        #expect(throws: YAMLError.tooDeep(limit: 64)) { try YAMLValue(parsing: String(repeating: "[", count: 100_000)) }
        #expect(throws: YAMLError.tooDeep(limit: 64)) { try YAMLValue(parsing: String(repeating: "- ", count: 900) + "x") }
        #expect(throws: YAMLError.tooLarge(limit: 3)) { try YAMLValue(parsing: "abcd", limits: .init(bytes: 3)) }
        #expect(throws: YAMLError.tooManyNodes(limit: 3)) { try YAMLValue(parsing: "[1, 2, 3]", limits: .init(nodes: 3)) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [2, 9])
    func `an alias bomb is refused before it goes off`(width: Int) {
        var text = "a0: &a0 [x]\n"
        for level in 1...20 {
            text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: width).joined(separator: ", "))]\n"
        }
        #expect(throws: YAMLError.tooManyAliases(limit: 16)) { try YAMLValue(parsing: text + "? *a20\n: key\n") }
        #expect(throws: YAMLError.tooManyNodes(limit: 10_000)) { try YAMLValue(parsing: text, limits: .init(nodes: 10_000, aliases: 10_000)) }
    }

    @Test func `an honest alias is written out`() throws {
        let value = try YAMLValue(parsing: "a: &x [1, 2]\nb: *x\n")
        #expect(value["b"]?.strings == ["1", "2"])
    }

    @Test func `every cut of a document is read or refused, never more`() throws {
        let text = Array("# c\na: &x [1, 'é', \"\\u00e9\"]\nb: {c: *x}\nd: |\n  script && *.so\n".utf8)
        for count in 0..<text.count {
            do { _ = try YAMLValue(parsing: text[..<count]) } catch { #expect(!error.message.isEmpty) }
        }
        #expect(try YAMLValue(parsing: text)["d"]?.string == "script && *.so\n")
    }
}
