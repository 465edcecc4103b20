import Files
import Foundation
import SystemPackage

/// The control group of a process, in whichever of the two layouts the kernel has it mounted.
struct ControlGroup {
    private let memory: FilePath
    private let cpu: FilePath
    private let isUnified: Bool

    /// Nil where the process is gone or its groups are not below `/sys/fs/cgroup`.
    init?(of process: Int32) {
        guard process > 0, let text = try? FilePath("/proc/\(process)/cgroup").text(limit: 1 << 16) else { return nil }
        var paths: [String: String] = [:]
        for line in text.split(separator: "\n") {
            // number:controllers:path
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) { paths[String(controller)] = String(parts[2]) }
        }
        func folder(_ root: String, _ path: String) -> FilePath? {
            let folder = FilePath(root).appending(String(path.drop { $0 == "/" }))
            return folder.isDirectory && folder != FilePath(root) ? folder : nil
        }
        if let memory = paths["memory"].flatMap({ folder("/sys/fs/cgroup/memory", $0) }),
            let cpu = paths["cpuacct"].flatMap({ folder("/sys/fs/cgroup/cpuacct", $0) ?? folder("/sys/fs/cgroup/cpu,cpuacct", $0) })
        {
            (self.memory, self.cpu, isUnified) = (memory, cpu, false)
        } else if let unified = paths[""].flatMap({ folder("/sys/fs/cgroup", $0) }), unified.appending("memory.current").exists {
            (memory, cpu, isUnified) = (unified, unified, true)
        } else {
            return nil
        }
    }

    var memoryUse: Int64? { number(memory.appending(isUnified ? "memory.current" : "memory.usage_in_bytes")) }
    /// The kernel's own high-water mark; version 2 has it since Linux 5.19.
    var memoryPeak: Int64? { number(memory.appending(isUnified ? "memory.peak" : "memory.max_usage_in_bytes")) }

    var cpuSeconds: Double? {
        guard isUnified else { return number(cpu.appending("cpuacct.usage")).map { Double($0) / 1e9 } }
        let line = (try? cpu.appending("cpu.stat").text(limit: 1 << 16))?.split(separator: "\n").first { $0.hasPrefix("usage_usec ") }
        return line.flatMap { Double($0.dropFirst("usage_usec ".count)) }.map { $0 / 1e6 }
    }

    private func number(_ path: FilePath) -> Int64? {
        (try? path.text(limit: 4096)).flatMap { Int64($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
