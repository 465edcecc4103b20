import Files
import Foundation
import SystemPackage

/// Which process made a container, so that another can tell whether it is alive still: pids are given anew, and another machine or
/// another space of pids may share the engine.
struct ProcessMark: Sendable, Hashable {
    /// `<boot>.<pid space>.<pid>.<start>`, which labels can hold; nil where the system has no proc(5).
    let text: String?

    static let own = ProcessMark(pid: getpid())

    init(pid: Int32) {
        guard let space = Self.space, let start = Self.start(of: pid) else {
            text = nil
            return
        }
        text = "\(space).\(pid).\(start)"
    }

    /// Whether the process that left this text is known to be gone: it was of this boot and this space of pids, and is no more.
    static func isGone(_ text: String) -> Bool {
        let parts = text.split(separator: ".")
        guard parts.count == 4, let space, parts[..<2].joined(separator: ".") == space, let pid = Int32(parts[2]) else { return false }
        return start(of: pid) != String(parts[3])
    }

    private static let space: String? = {
        guard let boot = try? FilePath("/proc/sys/kernel/random/boot_id").text(limit: 4096).trimmingCharacters(in: .whitespacesAndNewlines),
            let pids = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return nil }
        return boot + "." + pids.filter(\.isNumber)
    }()

    /// Field 22 of proc_pid_stat(5), in ticks since the boot; the name before it may hold spaces and brackets.
    private static func start(of pid: Int32) -> String? {
        guard let text = try? FilePath("/proc/\(pid)/stat").text(limit: 65536), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // A process that ended and was not waited for is no more.
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }
}
