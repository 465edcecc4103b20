import Processes
import Testing

@testable import Containers

@Suite struct DockerLogLineTests {
    private func read(_ line: String) -> String? {
        var reader = DockerLogLine()
        var line = line
        guard line.withUTF8({ reader.read(UnsafeRawBufferPointer($0)) }) else { return nil }
        return "\(reader.stream.rawValue) \(reader.nanoseconds % 1_000_000_000) \(reader.isFull) \(String(decoding: reader.text, as: UTF8.self))"
    }

    private static let time = "\"time\":\"2026-11-21T17:40:03.00000025Z\"}"

    @Test(
        arguments: [
            (#"{"log":"plain\n","stream":"stdout","#, "out 250 true plain"), (#"{"log":"part","stream":"stderr","#, "err 250 false part"),
            (#"{"log":"\n","stream":"stdout","#, "out 250 true "), (#"{"stream":"stdout","#, "out 250 false "),
            (#"{"log":"a\t\"b\"\\\u003c\u00e9\u001b[1m\r\n","stream":"stdout","#, "out 250 true a\t\"b\"\\<é\u{1B}[1m\r"),
            (#"{"log":"über € 😀\n","stream":"stdout","attrs":{"time":"x","y":"\"}"},"#, "out 250 true über € 😀"),
            (#"{"log":"\",\"stream\":\"stderr\"\n","stream":"stdout","#, "out 250 true \",\"stream\":\"stderr\""),
        ])
    func `lines are read as docker writes them`(begin: String, expected: String) { #expect(read(begin + Self.time) == expected) }

    @Test func `no cut line is read, and nothing else`() {
        let line = Array((#"{"log":"a\t\u00e9\"b\n","stream":"stdout","# + Self.time).utf8)
        for cut in line.indices { #expect(read(String(decoding: line[..<cut], as: UTF8.self)) == nil, "cut at \(cut)") }
        for wrong in [
            "", "{}", #"{"log":"a\x\n","stream":"stdout","#, #"{"log":"a\u00g0\n","stream":"stdout","#, #"{"log":"a\n","stream":"stdlog","#,
            #"{"log":"a\n"x"stream":"stdout","#, #"{"log":1,"stream":"stdout","#,
        ] { #expect(read(wrong + Self.time) == nil, "\(wrong)") }
        #expect(read(#"{"log":"a\n","stream":"stdout","time":"yesterday"}"#) == nil)
    }
}
