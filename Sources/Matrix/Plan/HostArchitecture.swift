import Files
import Foundation
import SystemPackage

/// Which programs this machine can run: its own, and those that the kernel hands to an emulator.
enum HostArchitecture {
    /// The kernel's word for the processor, such as `x86_64`.
    static let machine: String = {
        var names = utsname()
        guard uname(&names) == 0 else { return "" }
        return withUnsafeBytes(of: &names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }()

    /// What engines call a processor, as the kernel calls it.
    private static let kernelNames = ["amd64": "x86_64", "386": "i686", "arm64": "aarch64"]

    /// `machine` is the kernel's word, as a system says of itself.
    static func isOwn(_ machine: String) -> Bool { machine == Self.machine || machine == "arm64" && Self.machine == "aarch64" }

    /// `architecture` is an engine's word. True as well where it is not known: then the image is asked by being run.
    static func canRun(_ architecture: String) -> Bool {
        let name = kernelNames[architecture] ?? architecture
        if name.isEmpty || isOwn(name) || name == "i686" && machine == "x86_64" { return true }
        let handler = FilePath("/proc/sys/fs/binfmt_misc").appending("qemu-\(name)")
        return (try? handler.text(limit: 4096))?.hasPrefix("enabled") ?? false
    }
}
