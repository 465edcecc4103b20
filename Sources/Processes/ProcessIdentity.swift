import Files
import Foundation
import SystemPackage

/// A process as it can be named in a file: numbers are given out again, so the time of its start is part of it.
public struct ProcessIdentity: Hashable, Sendable, Codable {
    public var id: Int32
    /// Clock ticks between the machine's start and the process's (`/proc/ID/stat`, field 22); 0 where there is no such file.
    public var start: UInt64

    public init(id: Int32, start: UInt64) {
        self.id = id
        self.start = start
    }

    public static var own: ProcessIdentity { ProcessIdentity(id: getpid(), start: started(getpid()) ?? 0) }

    /// Nil if there is no such process.
    public init?(running id: Int32) {
        guard kill(id, 0) == 0 || errno == EPERM else { return nil }
        self.init(id: id, start: Self.started(id) ?? 0)
    }

    /// False once it has ended, also when another process has its number now, and for a zombie.
    public var isRunning: Bool { ProcessIdentity(running: id) == self && !Self.isZombie(id) }

    /// Signals this very process, and no other that has its number now.
    public func signal(_ number: Int32) {
        guard isRunning else { return }
        _ = kill(id, number)
    }

    /// Signals the process group that the process leads.
    public func signalGroup(_ number: Int32) {
        guard isRunning else { return }
        _ = kill(-id, number)
    }

    /// The fields behind the program's name, which is in parentheses and may hold anything.
    private static func fields(_ id: Int32) -> [Substring]? {
        guard let text = try? FilePath("/proc/\(id)/stat").text(limit: 1 << 16), let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static func started(_ id: Int32) -> UInt64? { fields(id).flatMap { $0.count > 19 ? UInt64($0[19]) : nil } }
    private static func isZombie(_ id: Int32) -> Bool { fields(id)?.first == "Z" }
}
