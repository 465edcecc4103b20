import Foundation

/// The line of `cmd` that finds out what a Windows is, and the reading of its answer.
enum WindowsProbe {
    static let line =
        "ver & echo machine=%PROCESSOR_ARCHITECTURE%& reg query \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\" /v ProductName"
    /// The names in the system's folder of libraries, which is what programs of 64 bits see of it.
    static let libraries = "dir /b %SystemRoot%\\System32\\*.dll"

    /// What Windows calls a processor, as conda and other kernels call it.
    private static let processors = ["AMD64": "x86_64", "ARM64": "aarch64", "x86": "i686"]

    /// Lines that mean nothing are passed over; nil where none says the version, so that nothing is solved for a system that is not known.
    static func facts(in lines: [String]) -> SystemFacts? {
        var facts = SystemFacts(title: "Windows", libc: nil, machine: "", kernel: "")
        for line in lines {
            if line.hasPrefix("machine=") {
                let word = line.dropFirst("machine=".count).filter { !$0.isWhitespace }
                facts.machine = processors[word] ?? word
            } else if let place = line.range(of: "REG_SZ") {
                facts.title = String(line[place.upperBound...].drop(while: \.isWhitespace))
            } else if line.hasPrefix("Microsoft Windows"), facts.windows == nil {
                // `Microsoft Windows [Version 10.0.19045.3693]`, with the word in between in the system's language
                let numbers = line.split { !$0.isNumber && $0 != "." }.map { $0.split(separator: ".") }.first { $0.count >= 3 }
                facts.windows = numbers.map { $0.prefix(3).joined(separator: ".") }
            }
        }
        guard let version = facts.windows else { return nil }
        facts.kernel = version
        return facts
    }
}
