import Files
import Foundation
import SystemPackage

/// What this machine can run at a time.
public enum MachineCapacity {
    /// As many cells as there are processors, and as their memory limits leave room for; at least one.
    public static func jobs(for limits: MatrixDefinition.Limits) -> Int {
        let processors = max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
        guard let available = availableMemory() else { return processors }
        return max(1, min(processors, Int(available / max(1, limits.memory))))
    }

    /// `MemAvailable` of proc(5), in bytes; nil where there is no such file.
    static func availableMemory() -> Int64? {
        guard let text = try? FilePath("/proc/meminfo").text(limit: 1 << 20) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            guard let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int64($0) }) else { return nil }
            return kibibytes << 10
        }
        return nil
    }
}
