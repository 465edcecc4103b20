/// How programs end on Windows when it is Windows that ends them: the status codes of ntstatus.h, as an exit code.
enum WindowsStatus {
    static let libraryMissing: UInt32 = 0xC000_0135
    static let commandMissing: Int32 = 9009

    private static let words: [UInt32: String] = [
        0xC000_0005: "it crashed with an access violation", 0xC000_001D: "it crashed with an illegal instruction",
        0xC000_0094: "it crashed with a division by zero", 0xC000_00FD: "it crashed with a stack overflow",
        0xC000_0374: "it crashed with a damaged heap", 0xC000_0409: "it crashed in a check of its own memory",
        0x8000_0003: "it crashed at a breakpoint", 0xC000_0017: "there was not enough memory",
        0xC000_007B: "a library is for another kind of processor than its program", 0xC000_0135: "a library that a program needs is missing",
        0xC000_0138: "a program needs a numbered symbol that its library lacks", 0xC000_0139: "a program needs a symbol that its library lacks",
        0xC000_0142: "a library could not be set up", 0xC000_013A: "it was interrupted",
        0xE06D_7363: "it ended with a C++ exception that nobody caught",
    ]

    /// What an exit code says; nil for those that a program chose itself.
    static func reason(of code: Int32) -> FailureReason? {
        let status = UInt32(bitPattern: code)
        return words[status].map { .status(code: status, words: $0) }
    }

    /// The code that tells most: the test's own, or the one that its script's last question (`if %errorlevel% neq 0 …`) shows, because v0's scripts
    /// end with 1 whatever it was.
    static func telling(_ code: Int32, trace: [String]) -> Int32 {
        guard reason(of: code) == nil, code != commandMissing else { return code }
        for line in trace.reversed() {
            let words = line.split(separator: " ")
            if words.count > 3, words[0].lowercased() == "if", words[2].lowercased() == "neq", let asked = Int32(words[1]) {
                return asked == 0 ? code : asked
            }
        }
        return code
    }
}
