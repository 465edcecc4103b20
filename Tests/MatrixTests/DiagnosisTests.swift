import Basics
import Containers
import SystemPackage
import Testing

@testable import Matrix

@Suite struct DiagnosisTests {
    static func diagnosis(
        code: Int32, _ lines: [String], outOfMemory: ContainerExit.OutOfMemory = .no, isTimedOut: Bool = false, there: Set<String> = []
    ) -> Diagnosis {
        let sieve = OutputSieve()
        for line in lines { sieve.append(line) }
        let time = Timestamp(seconds: 0)
        return Diagnosis(
            exit: ContainerExit(code: code, outOfMemory: outOfMemory, isTimedOut: isTimedOut, started: time, finished: time, duration: 1),
            telling: sieve.telling, last: sieve.last,
            .init(prefix: "/env", libc: LibC(name: "glibc", version: "2.31"), limits: .init()) { there.contains($0) })
    }

    @Test(arguments: [
        (
            "/env/bin/x: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /env/bin/x)",
            FailureReason.symbolVersion(symbol: "GLIBC_2.34", library: "libc.so.6", neededBy: "bin/x", systemHas: "2.31")
        ),
        (
            "/env/bin/x: /usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.29' not found (required by /env/bin/../lib/libq.so.5)",
            .symbolVersion(symbol: "GLIBCXX_3.4.29", library: "libstdc++.so.6", neededBy: "lib/libq.so.5", systemHas: nil)
        ),
        (
            "/env/bin/x: error while loading shared libraries: libGL.so.1: cannot open shared object file: No such file or directory",
            .missingLibrary(library: "libGL.so.1", neededBy: "bin/x")
        ),
        (
            "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
            .missingLibrary(library: "libGL.so.1", neededBy: nil)
        ),
        (
            "Error loading shared library libz.so.1: No such file or directory (needed by /env/lib/libx.so)",
            .missingLibrary(library: "libz.so.1", neededBy: "lib/libx.so")
        ),
        (
            "/env/bin/x: symbol lookup error: /env/lib/libx.so.1: undefined symbol: newer_call, version V2",
            .missingSymbol(symbol: "newer_call", neededBy: "lib/libx.so.1")
        ),
        ("Error relocating /env/bin/x: __sprintf_chk: symbol not found", .missingSymbol(symbol: "__sprintf_chk", neededBy: "bin/x")),
        ("bash: fork: retry: Resource temporarily unavailable", .tooManyProcesses(limit: 512)),
        ("sh: can't fork: Resource temporarily unavailable", .tooManyProcesses(limit: 512)),
        ("dd: error writing 'big': No space left on device", .diskFull(limit: 1 << 30)),
    ])
    func `what the system says is told apart`(line: String, reason: FailureReason) {
        #expect(Self.diagnosis(code: 1, ["+ x", "before", line, "after"]).outcome == .failed(reason))
        #expect(Self.diagnosis(code: 1, [line]).evidence == [line])
    }

    @Test(arguments: [
        ("/hallmark/test: line 2: cmake: command not found", "cmake"), ("/hallmark/test: 3: cmake: not found", "cmake"),
        ("env: 'cmake': No such file or directory", "cmake"), ("sh: cmake: not found", "cmake"),
    ])
    func `a tool that is not there is named`(line: String, tool: String) {
        #expect(Self.diagnosis(code: 127, [line]).outcome == .failed(.missingTool(tool)))
        #expect(Self.diagnosis(code: 127, [line], there: ["/env/bin/cmake"]).outcome == .failed(.missingLoader(program: "bin/cmake")))
    }

    @Test func `a signal is named with what was running, and a plain code is the test's own`() {
        let crash = Self.diagnosis(code: 132, ["+ one", "++ simd --fast", "Illegal instruction"])
        #expect(crash.outcome == .failed(.crashed(signal: 4, name: "SIGILL")))
        #expect(crash.reason == "it crashed with SIGILL (signal 4) in `simd --fast`")
        #expect(Self.diagnosis(code: 200, ["no"]).outcome == .failed(.test(exitCode: 200)))
        #expect(Self.diagnosis(code: 3, ["one", "+ exit 3"]).reason == "the test failed with exit code 3: one")
    }

    @Test func `memory outweighs the signal it kills with, and time outweighs both`() {
        #expect(Self.diagnosis(code: 137, [], outOfMemory: .yes).outcome == .failed(.outOfMemory(limit: 2 << 30)))
        #expect(Self.diagnosis(code: 137, ["+ sleep 9"], isTimedOut: true).reason == "it did not end within 600 s, while `sleep 9` was running")
    }

    @Test func `a test that succeeds passes, whatever it prints`() {
        #expect(Self.diagnosis(code: 0, ["x: not found", "Segmentation fault"]).outcome == .passed)
    }

    @Test func `no output can make the sieve grow or the diagnosis fail`() {
        let line = "/env/bin/x: /lib/libc.so.6: version `GLIBC_2.34' not found (required by /env/bin/x)"
        for end in line.indices { _ = Self.diagnosis(code: 1, [String(line[..<end])]) }
        let sieve = OutputSieve()
        for number in 0..<3000 { sieve.append("x\(number): not found" + String(repeating: "y", count: number)) }
        #expect(sieve.telling.count == 40 && sieve.last.count == 30)
        #expect(sieve.last.allSatisfy { $0.count <= 2001 })
    }

    @Test func `the frames of a crash are kept, whoever tells them, and nothing of the test's own words`() {
        func backtrace(_ text: String) -> [String] {
            let sieve = OutputSieve()
            for line in text.split(separator: "\n", omittingEmptySubsequences: false) { sieve.append(String(line)) }
            return sieve.backtrace
        }
        // As gdb and CPython wrote them of planted crashes.
        #expect(
            backtrace(
                """
                #1 of the test's own
                /hallmark/test: line 1:     8 Segmentation fault      (core dumped) crash
                --- the backtrace of the crash
                #0  0x0000000000401621 in inner (p=0x0) at c.c:1
                #1  0x0000000000401638 in outer () at c.c:2
                """) == ["#0  0x0000000000401621 in inner (p=0x0) at c.c:1", "#1  0x0000000000401638 in outer () at c.c:2"])
        #expect(
            backtrace(
                """
                Fatal Python error: Segmentation fault

                Current thread 0x00007f28c6401040 (most recent call first):
                  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
                  File "<string>", line 1 in <module>
                /hallmark/test: line 1:     8 Segmentation fault      (core dumped) python3
                  File "not/of/the/crash.py", line 1
                """)
                == [
                    "Fatal Python error: Segmentation fault", "Current thread 0x00007f28c6401040 (most recent call first):",
                    "  File \"/usr/lib/python3.11/ctypes/__init__.py\", line 519 in string_at", "  File \"<string>\", line 1 in <module>",
                ])
    }
}
