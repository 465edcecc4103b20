import Foundation
import Testing
import YAMLReading

@testable import Matrix

@Suite struct PackagedTestTests {
    static let text = """
        - script:
          - one
          - test $ONE = 1
        - script:
            env: {A: b}
            content: one
            cwd: etc/conda/test-files/one/1
          requirements: {run: [zlib]}
          files: {recipe: [data.txt]}
        - python: {imports: [os, sys], python_version: [3.9.*, 3.10.*]}
        - python: {imports: [os], pip_check: false}
        - perl: {uses: ["Foo::Bar"]}
        - r: {libraries: [x]}
        - ruby: {requires: [y]}
        - script: {interpreter: python, content: import os}
        - downstream: two
        - future: {a: b}
        """

    @Test func `every kind of test of the v1 format is read`() throws {
        let tests = try TestsYAML.tests(in: Data(Self.text.utf8))
        #expect(
            tests.map(\.title) == [
                "script 1", "script 2", "imports os, sys (python 3.9.*)", "pip check (python 3.9.*)", "imports os, sys (python 3.10.*)",
                "pip check (python 3.10.*)", "imports os", "perl uses Foo::Bar", "r libraries x", "ruby requires y", "script 8", "downstream two",
                "test 10",
            ])
        #expect(tests[0].work == .script(text: "one\ntest $ONE = 1\n", interpreter: nil))
        #expect(tests[1].environment == ["A": "b"] && tests[1].requirements == ["zlib"] && tests[1].files == .prefix("etc/conda/test-files/one/1"))
        #expect(tests[2].requirements == ["python 3.9.*", "pip"])
        #expect(tests[7].work == .generated(text: "use Foo::Bar;\nprint qq(ok\\n);\n", interpreter: "perl"))
        #expect(tests[10].work == .script(text: "import os\n", interpreter: "python"))
        #expect(tests.map(\.isRunnable).suffix(2) == [false, false])
    }

    @Test func `a tests file that is cut anywhere is read or refused, never more`() {
        let bytes = Array(Self.text.utf8)
        for end in 0..<bytes.count { _ = try? TestsYAML.tests(in: Data(bytes[..<end])) }
        #expect(throws: (any Error).self) { try TestsYAML.tests(in: Data("script: [a]".utf8)) }
    }

    @Test func `an image's answer is read whatever else stands in it`() {
        let debian = ImageProbe.facts(in: [
            "machine=x86_64", "kernel=6.1.0-18-amd64", "getconf=glibc 2.36", "ldd=ldd (Debian GLIBC 2.36-9+deb12u14) 2.36",
            "title=\"Debian GNU/Linux 12 (bookworm)\"", "tool=bash", "welcome!", "=x",
        ])
        #expect(
            debian
                == SystemFacts(
                    title: "Debian GNU/Linux 12 (bookworm)", libc: .init(name: "glibc", version: "2.36"), machine: "x86_64", kernel: "6.1.0-18-amd64",
                    tools: ["bash"]))
        #expect(debian.virtualPackages.map(\.description) == ["__unix=0=0", "__linux=6.1.0=0", "__glibc=2.36=0"])
        let musl = ImageProbe.facts(in: ["ldd=sh: ldd: not found", "musl=musl libc (x86_64) Version 1.2.5 Dynamic Program Loader Usage: "])
        #expect(musl.libc == LibC(name: "musl", version: "1.2.5"))
        #expect(!musl.virtualPackages.contains { $0.name == "__glibc" })
        #expect(ImageProbe.facts(in: ["ldd=ldd (GNU libc) 2.28"]).libc == LibC(name: "glibc", version: "2.28"))
        #expect(ImageProbe.facts(in: ["ldd=musl libc (x86_64)"]).libc == nil)
    }
}
