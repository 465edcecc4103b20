import TerminalUI
import Testing

@Suite struct TableTests {
    @Test func `columns are counted as a terminal counts them`() {
        #expect("naïve".columns == 5)
        #expect("日本".columns == 4)
        #expect("e\u{301}".columns == 1)
        #expect("\u{1B}[31mred\u{1B}[0m".columns == 3)
        #expect("abcdef".truncated(toColumns: 4) == "abc…")
    }

    @Test func `rows are aligned, without trailing spaces`() {
        let table = Table(["cell", "outcome"], rows: [["debian-11", "passed"], ["日本", ""]])
        #expect(table.lines == ["CELL       OUTCOME", "debian-11  passed", "日本"])
    }

    @Test func `a sentence is broken between words, and a long word has a line of its own`() {
        #expect("one two three".wrapped(toColumns: 7) == ["one two", "three"])
        #expect("a 0123456789 b".wrapped(toColumns: 4) == ["a", "0123456789", "b"])
        #expect("".wrapped(toColumns: 4) == [""])
    }

    @Test func `control characters of foreign names cannot repaint the screen`() {
        #expect("a\u{1B}[2Jb\n\u{202E}c".printable == "a\\u{1b}[2Jb\\u{a}\\u{202e}c")
    }

    @Test(arguments: [(0.44, "0.4 s"), (42, "42 s"), (734, "12 min 14 s"), (11_100, "3 h 05 min")] as [(Double, String)])
    func `times read as people say them`(seconds: Double, text: String) { #expect(Measure.duration(seconds) == text) }

    @Test func `bytes and counts read as people say them`() {
        #expect(Measure.bytes(72_037_171) == "68.7 MiB")
        #expect(Measure.bytes(12) == "12 B")
        #expect(Measure.count(1, "variant") == "1 variant")
        #expect(Measure.count(2, "variant") == "2 variants")
    }
}
