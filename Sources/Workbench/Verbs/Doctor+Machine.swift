import Basics
import Files
import Foundation
import Recipes
import SystemPackage
import Transport

/// What the machine has, beside what the build will want of it.
extension Doctor {
    private static let usualDisk: Int64 = 10 << 30

    func disk(_ earlier: [BuildNeeds]) -> Check {
        let folder = workspace?.feedstock ?? .currentDirectory
        guard let free = (try? folder.freeBytes()).map(Int64.init) else {
            return Check(name: "disk", status: .warning, detail: "the free space at `\(folder)` is not known", hint: nil)
        }
        let used = earlier.compactMap { $0.resources?.diskUsed }.filter { $0 < 1 << 50 }.max()
        // A quarter more than was ever seen, and what the build is paused at.
        let learned = used.map { $0 + $0 / 4 + 512 << 20 }
        let wanted = needs.diskBytes ?? learned ?? Self.usualDisk
        let reason = needs.diskBytes == nil && used != nil ? ", as earlier builds took up to \(Self.gibibytes(used ?? 0))" : ""
        let isEnough = free >= wanted
        return Check(
            name: "disk", status: isEnough ? .ok : .failed, detail: "\(Self.gibibytes(free)) free, \(Self.gibibytes(wanted)) wanted\(reason)",
            hint: isEnough ? nil : "free some space, or say what the build really needs with `--disk`")
    }

    func memory(_ earlier: [BuildNeeds]) -> Check {
        let plan = JobPlan(earlier: earlier, memoryPerJob: needs.memoryBytes)
        let load = (try? FilePath("/proc/loadavg").text(limit: 4096))?.split(separator: " ").first.map { ", load \($0)" } ?? ""
        let (available, total) = (Self.gibibytes(plan.availableMemory), Self.gibibytes(plan.totalMemory))
        let reason = plan.isLearned ? ", as earlier builds took" : ""
        let detail =
            "\(available) of \(total) free and \(plan.cores) cores\(load): CPU_COUNT=\(plan.jobs) at \(Self.gibibytes(plan.memoryPerJob)) a job\(reason)"
        guard plan.availableMemory >= plan.memoryPerJob else {
            let hint = plan.totalMemory >= plan.memoryPerJob ? "end what else takes memory" : "say what a job really needs with `--memory`"
            return Check(name: "memory", status: .failed, detail: detail, hint: hint)
        }
        let isFewer = plan.jobs < plan.cores
        return Check(
            name: "memory", status: isFewer ? .warning : .ok, detail: detail,
            hint: isFewer ? "`build` runs no more than \(plan.jobs) at once, so that the memory suffices; `--jobs` says otherwise" : nil)
    }

    func time(_ last: BuildNeeds) -> Check {
        var detail = "the last good build, of `\(last.variant)`, took \(Self.duration(last.seconds))"
        if let rate = last.compilerCache?.hitRate { detail += ", ccache had \(Int(rate * 100)) %" }
        if let rate = last.sccache?.hitRate { detail += ", sccache had \(Int(rate * 100)) %" }
        return Check(name: "time", status: .ok, detail: detail, hint: nil)
    }

    /// A clock that is wrong signs and dates a build wrongly, and that is seen only when the signatures are verified.
    func clock(of feedstock: Feedstock, in workspace: Workspace) async -> Check {
        let now = Timestamp.now.seconds
        let advice = "set the clock, by `timedatectl set-ntp true` for instance"
        if feedstock.checkout.commitSeconds > now + 120 {
            return Check(
                name: "clock", status: .failed,
                detail: "this machine's clock is behind: the commit is \(feedstock.checkout.commitSeconds - now) s younger",
                hint: advice)
        }
        // The newest, wherever it stands: a clock that went back and forth leaves it in the middle.
        if let newest = try? Journal(reading: workspace.journal).entries.map(\.time).max(), newest.seconds > now + 5 {
            return Check(
                name: "clock", status: .failed, detail: "this machine's clock went back: the journal's newest event is of \(newest)", hint: advice)
        }
        guard let server = workspace.settings.server else {
            return Check(name: "clock", status: .ok, detail: "not before the commit and the journal; no server was asked", hint: nil)
        }
        guard let address = try? HTTPAddress(parsing: server),
            let answer = try? await HTTPClient(proxy: .environment, connectTimeout: .seconds(5), idleTimeout: .seconds(10)).send(
                HTTPRequest(.head, address)), let text = answer.headers["date"], let seconds = Self.seconds(ofHTTPDate: text)
        else { return Check(name: "clock", status: .ok, detail: "not before the commit and the journal; `\(server)` gave no time", hint: nil) }
        let skew = seconds - Timestamp.now.seconds
        let isOff = abs(skew) > 120
        return Check(
            name: "clock", status: isOff ? .failed : .ok, detail: "\(abs(skew)) s \(skew < 0 ? "before" : "behind") the server's",
            hint: isOff ? advice : nil)
    }

    /// RFC 9110, 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func seconds(ofHTTPDate text: String) -> Int64? {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "," })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, let month = months.firstIndex(of: String(parts[2])), parts[1].count == 2, parts[5] == "GMT" else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(parsing: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")?.seconds
    }

    private static func gibibytes(_ bytes: Int64) -> String {
        let tenths = bytes / (1 << 30) >= 10 ? bytes / (1 << 30) * 10 : bytes * 10 / (1 << 30)
        return tenths % 10 == 0 ? "\(tenths / 10) GiB" : "\(tenths / 10).\(tenths % 10) GiB"
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
