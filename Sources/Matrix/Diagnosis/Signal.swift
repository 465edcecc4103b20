/// The names of the signals that end programs on Linux (signal(7), x86 and ARM).
enum Signal {
    private static let names: [Int32: String] = [
        1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV",
        13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 24: "SIGXCPU", 25: "SIGXFSZ", 31: "SIGSYS",
    ]

    /// The signal that an exit code of a shell or an engine tells of; nil for codes that a program chose itself.
    static func of(exitCode: Int32) -> (number: Int32, name: String)? {
        guard exitCode > 128, let name = names[exitCode - 128] else { return nil }
        return (exitCode - 128, name)
    }
}
