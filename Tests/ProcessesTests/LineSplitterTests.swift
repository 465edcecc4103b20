import Testing

@testable import Processes

@Suite struct LineSplitterTests {
    private func lines(_ chunks: [[UInt8]], limit: Int = 1 << 16) -> [String] {
        var splitter = LineSplitter(limit: limit)
        var result: [String] = []
        var part = ""
        func take(_ text: String, _ isContinued: Bool) {
            part += text
            if !isContinued {
                result.append(part)
                part = ""
            }
        }
        for chunk in chunks { chunk.withUnsafeBytes { splitter.feed($0, take) } }
        splitter.finish(take)
        return part.isEmpty ? result : result + [part]
    }

    @Test func `the same lines come out wherever the bytes are cut`() {
        let text = "one\r\n\nzwölf 12 €uro\n😀😀\nlast"
        let bytes = Array(text.utf8)
        let whole = lines([bytes])
        #expect(whole == ["one", "", "zwölf 12 €uro", "😀😀", "last"])
        for cut in 0...bytes.count { #expect(lines([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)") }
        #expect(lines(bytes.map { [$0] }) == whole)
    }

    @Test(arguments: 4...12) func `parts of a long line are never cut within a character`(limit: Int) {
        let text = "aä€😀" + String(repeating: "😀ü", count: 20)
        #expect(lines([Array(text.utf8)], limit: limit) == [text])
    }

    @Test func `bytes that are no text are kept as far as they can be shown`() {
        #expect(lines([[0xFF, 0xFE, 10, 65]]) == ["\u{FFFD}\u{FFFD}", "A"])
        #expect(lines([[UInt8](repeating: 0x80, count: 10)], limit: 4).joined().count == 10)
    }
}
