import Basics
import Containers
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

@Suite struct WindowsWordsTests {
    /// A program of 64 bits with one section, that needs `a.dll` and `Missing.dll`.
    private static var program: Data {
        var bytes = [UInt8](repeating: 0, count: 0x400)
        func put(_ value: Int, _ count: Int, at offset: Int) { for index in 0..<count { bytes[offset + index] = UInt8(value >> (8 * index) & 0xFF) } }
        func put(_ text: String, at offset: Int) { for (index, byte) in text.utf8.enumerated() { bytes[offset + index] = byte } }
        put("MZ", at: 0)
        put(0x80, 4, at: 0x3C)
        put("PE", at: 0x80)
        put(0x8664, 2, at: 0x84)
        put(1, 2, at: 0x86)
        put(240, 2, at: 0x94)
        put(0x20B, 2, at: 0x98)
        put(16, 4, at: 0x98 + 108)
        put(0x1000, 4, at: 0x98 + 120)
        let section = 0x98 + 240
        put(0x200, 4, at: section + 8)
        put(0x1000, 4, at: section + 12)
        put(0x200, 4, at: section + 16)
        put(0x200, 4, at: section + 20)
        put(0x1080, 4, at: 0x200 + 12)
        put(0x1090, 4, at: 0x200 + 20 + 12)
        put("a.dll", at: 0x280)
        put("Missing.dll", at: 0x290)
        return Data(bytes)
    }

    @Test func `a program's libraries are read, and a program that is cut anywhere is read or refused, never more`() {
        #expect(PortableExecutable(Self.program)?.imports == ["a.dll", "Missing.dll"])
        for end in 0..<Self.program.count {
            let part = PortableExecutable(Self.program.prefix(end))
            #expect(part == nil || part?.imports == ["a.dll", "Missing.dll"] || part?.imports == [])
        }
        for index in Self.program.indices {
            var changed = Self.program
            changed[index] = 0xFF
            _ = PortableExecutable(changed)
        }
        #expect(PortableExecutable(Data("MZ".utf8)) == nil && PortableExecutable(Data()) == nil)
    }

    private static func diagnosis(_ code: Int32, _ lines: [String], in prefix: FilePath) -> Diagnosis {
        let sieve = OutputSieve()
        for line in lines { sieve.append(line) }
        let time = Timestamp(seconds: 0)
        let search = LibrarySearch(place: WindowsPlace(prefix: prefix), systemLibraries: ["kernel32.dll"], hasVirtualLibraries: true)
        return Diagnosis(
            exit: ContainerExit(code: code, started: time, finished: time, duration: 1), telling: sieve.telling, last: sieve.last,
            .init(prefix: prefix, libc: nil, limits: .init(), windows: search) { FilePath($0).exists })
    }

    @Test func `a library that is missing is found where the program that was running names it`() async throws {
        try await TemporaryDirectory.with { prefix in
            try prefix.pushing("Library/bin").createDirectory()
            try prefix.pushing("Lib/site-packages/x").createDirectory()
            try prefix.pushing("Library/bin/Tool.exe").replaceContents(with: Self.program)
            try prefix.pushing("Lib/site-packages/x/_core.cp312-win_amd64.pyd").replaceContents(with: Self.program)
            try prefix.pushing("Library/bin/A.DLL").replaceContents(with: Data("no library".utf8))
            let missing = FailureReason.missingLibrary(library: "Missing.dll", neededBy: "Library/bin/Tool.exe")
            for line in ["+ tool --version ", "+ call TOOL.exe x", "+ \"\(WindowsPlace(prefix: prefix).path)\\library\\bin\\tool.exe\" x"] {
                let trace = [line, "+ if -1073741515 neq 0 exit /b -1073741515 "]
                #expect(Self.diagnosis(-1_073_741_515, trace, in: prefix).outcome == .failed(missing), "\(line)")
                // The old format's scripts end with 1.
                #expect(Self.diagnosis(1, [line, "+ IF -1073741515 NEQ 0 exit /B 1 "], in: prefix).outcome == .failed(missing), "\(line)")
            }
            let python = Self.diagnosis(
                1, ["+ python -s .\\run_test.py", "ImportError: DLL load failed while importing _core: The specified module could not be found."],
                in: prefix)
            #expect(
                python.outcome == .failed(.missingLibrary(library: "Missing.dll", neededBy: "Lib/site-packages/x/_core.cp312-win_amd64.pyd")))
            let elsewhere = Self.diagnosis(-1_073_741_515, ["+ other"], in: prefix)
            #expect(elsewhere.reason == "a library that a program needs is missing (status 0xC0000135) in `other`")
            #expect(
                Self.diagnosis(9009, ["+ nothing here", "'nothing' is not recognized as an internal or external command,"], in: prefix).outcome
                    == .failed(.missingTool("nothing")))
            #expect(Self.diagnosis(2, ["+ tool", "wrong"], in: prefix).reason == "the test failed with exit code 2: wrong")
            #expect(
                Self.diagnosis(-1_073_741_511, ["+ tool"], in: prefix).reason.hasPrefix(
                    "a program needs a symbol that its library lacks (status 0xC0000139)"))
        }
    }

    @Test func `a Windows is known by its version in any language, and one without is not known`() throws {
        let ten = try #require(
            WindowsProbe.facts(in: [
                "", "Microsoft Windows [版本 10.0.19045.3693]", "machine=AMD64", "HKEY_LOCAL_MACHINE\\SOFTWARE",
                "    ProductName    REG_SZ    Windows 10 Pro",
            ]))
        #expect(ten.windows == "10.0.19045" && ten.machine == "x86_64" && ten.title == "Windows 10 Pro")
        #expect(ten.virtualPackages.map(\.description) == ["__win=10.0.19045=0"])
        #expect(WindowsProbe.facts(in: ["Microsoft Windows 6.1.7601", "machine=ARM64 "])?.machine == "aarch64")
        #expect(WindowsProbe.facts(in: ["machine=AMD64"]) == nil && WindowsProbe.facts(in: []) == nil)
    }
}
