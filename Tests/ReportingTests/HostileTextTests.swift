import Basics
import Foundation
import Processes
import Testing

@testable import Reporting

/// A name, a reason and an answer come from people whom nobody has checked yet.
@Suite struct HostileTextTests {
    static let hostile = [
        "<script>alert(1)</script>", "\" onmouseover=\"alert(1)", "\"\u{301} onmouseover=alert(1) x=\"\u{301}", "<\u{338}img src=x onerror=alert(1)>",
        "'><svg/onload=alert(1)>",
        "{{title}}{{{style}}}", "]]><x/>", "a\u{0}b\u{1B}[31m", "exe\u{202E}gpj.conda", "x\u{200B}y",
        "`code` | cell | @everyone #1 [a](javascript:alert(1)) <b>",
        "line\nbreak", "\u{FFFE}", "javascript:alert(1)", "../../etc/passwd", "//evil.example/x", "https://evil.example/\" onclick=\"x",
    ].joined(separator: " ")

    /// The sample with the hostile text in every place that a text has.
    static func report(_ text: String) throws -> BuildReport {
        let plain = try JSONSerialization.jsonObject(with: SampleReport.report.rendered(as: .json))
        func spoil(_ value: Any, _ key: String) -> Any {
            if let object = value as? [String: Any] { return Dictionary(uniqueKeysWithValues: object.map { ($0, spoil($1, $0)) }) }
            if let array = value as? [Any] { return array.map { spoil($0, key) } }
            let kept = [
                "sha256", "payloadSHA256", "recipeSHA256", "outcome", "expected", "madeAt", "time", "started", "finished", "signedOffAt", "state",
            ]
            return value is String && !kept.contains(key) ? text : value
        }
        return try BuildReport(parsing: JSONSerialization.data(withJSONObject: spoil(plain, "")))
    }

    private func page() throws -> String { String(decoding: try Self.report(Self.hostile).rendered(as: .html), as: UTF8.self) }

    /// Reads the page with Python's parser and prints its elements, attributes and addresses.
    private func elements(_ html: String) async throws -> (tags: Set<String>, attributes: Set<String>, addresses: Set<String>) {
        let script = """
            import sys, json
            from html.parser import HTMLParser
            tags, attributes, addresses = set(), set(), set()
            class P(HTMLParser):
                def handle_starttag(self, tag, attrs):
                    tags.add(tag)
                    for name, value in attrs:
                        attributes.add(name)
                        if name in ("href", "src"): addresses.add(value)
            P().feed(sys.stdin.read())
            print(json.dumps([sorted(tags), sorted(attributes), sorted(addresses)]))
            """
        let text = try await Command(
            "python3", ["-c", script], environment: .inherited(adding: ["PYTHONIOENCODING": "utf-8"]), input: Array(html.utf8)
        ).output()
        let lists = try JSONDecoder().decode([[String]].self, from: Data(text.utf8))
        return (Set(lists[0]), Set(lists[1]), Set(lists[2]))
    }

    @Test func `no element, attribute or address comes from a text`() async throws {
        let clean = try await elements(String(decoding: try SampleReport.report.rendered(as: .html), as: UTF8.self))
        let found = try await elements(try page())
        #expect(found.tags.isSubset(of: clean.tags), "\(found.tags.subtracting(clean.tags))")
        #expect(found.attributes.isSubset(of: clean.attributes), "\(found.attributes.subtracting(clean.attributes))")
        #expect(found.addresses.allSatisfy { $0.hasPrefix("#") }, "\(found.addresses)")
        #expect(!clean.tags.contains("script") && !clean.tags.contains("img") && !clean.tags.contains("link"))
    }

    @Test func `no quote, bracket or ampersand of a text stands bare, whatever mark follows it`() throws {
        let page = try page()
        #expect(!page.contains("onmouseover=\"alert"))
        for piece in ["\"\u{301} onmouseover", "<\u{338}img"] {
            #expect(!page.unicodeScalars.contains(Array(piece.unicodeScalars)))
        }
        #expect(page.contains("⟨U+202E⟩") && page.contains("⟨U+0000⟩") && page.contains("⟨U+200B⟩"))
    }

    @Test func `the XML is well formed`() async throws {
        let xml = try Self.report(Self.hostile).rendered(as: .junit)
        let script = "import sys; from xml.etree import ElementTree as E; print(len(list(E.fromstring(sys.stdin.buffer.read()).iter('testcase'))))"
        let count = try await Command("python3", ["-c", script], input: Array(xml)).output()
        #expect(Int(count.trimmingCharacters(in: .whitespacesAndNewlines)) == 20)
    }

    @Test func `the Markdown names nobody and opens no element`() throws {
        let text = String(decoding: try Self.report(Self.hostile).rendered(as: .markdown), as: UTF8.self)
        // Fences and code spans show what they hold; the rest must hold no markup of others.
        let prose = text.replacing(/(?m)^(`{3,})sh\n(?:.|\n)*?^\1$/, with: "").split(separator: "\n").map {
            $0.replacing(/(`+)(?:(?!\1).)*\1/, with: "")
        }
        #expect(prose.count > 60)
        for line in prose {
            #expect(!line.contains("<script") && !line.contains("<svg") && !line.contains("@everyone") && !line.contains("](javascript"), "\(line)")
        }
    }

    @Test(arguments: [
        ("logs/a b.log", "logs/a%20b.log"), ("a:b/c", "a%3Ab/c"), ("x?y#z", "x%3Fy%23z"), ("é", "%C3%A9"), ("/etc/passwd", nil), ("a/../b", nil),
        ("..", nil), ("", nil), ("a//b", nil), ("a\\b", nil), ("javascript:alert(1)", "javascript%3Aalert%281%29"),
    ])
    func `a path becomes a link only if it stays in the report's folder`(path: String, link: String?) {
        #expect(RelativeLink.encoded(path) == link)
    }

    @Test(arguments: ["javascript:alert(1)", "https://x/\"onclick", "https://x/ y", "data:text/html,x", "HTTPS://é"])
    func `only plain web addresses are links`(address: String) {
        #expect(RelativeLink.web(address) == nil)
    }
}
