import Containers
import Files
import Foundation
import Processes
import SystemPackage

/// The server of sccache that runs in a container, as this machine sees its process.
///
/// Looked for from outside, so that nothing runs in the container while there is none, and asked by its own program: whatever version it is, wherever it lies.
struct SccacheServer: Hashable {
    let identity: ProcessIdentity
    private let idInside: Int32
    private let userInside: Int

    /// Among the children of the container's first process, as daemons are; nil where there is none or the machine does not tell.
    init?(in container: Int32) {
        guard container > 0 else { return nil }
        let tasks = (try? FilePath("/proc/\(container)/task").children()) ?? []
        let children = tasks.flatMap { (try? $0.appending("children").text(limit: 1 << 16))?.split(separator: " ") ?? [] }
        for id in children.compactMap({ Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }) {
            let process = FilePath("/proc/\(id)")
            // A client has a compiler's words behind its name; the server has none.
            guard (try? process.appending("comm").text(limit: 64)) == "sccache\n",
                let words = try? process.appending("cmdline").text(limit: 4096), words.utf8.count(where: { $0 == 0 }) <= 1,
                let identity = ProcessIdentity(running: id), let inside = Self.inside(process)
            else { continue }
            self.identity = identity
            (idInside, userInside) = inside
            return
        }
        return nil
    }

    /// Its number, and that of its user, as the container has them.
    private static func inside(_ process: FilePath) -> (Int32, Int)? {
        guard let status = try? process.appending("status").text(limit: 1 << 16), let map = try? process.appending("uid_map").text(limit: 1 << 16)
        else { return nil }
        func field(_ name: String) -> [Substring] {
            status.split(separator: "\n").first { $0.hasPrefix(name + ":") }?.split(whereSeparator: \.isWhitespace).dropFirst().map { $0 } ?? []
        }
        guard let id = field("NSpid").last.flatMap({ Int32($0) }), let user = field("Uid").first.flatMap({ Int($0) }) else { return nil }
        for line in map.split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { Int($0) }
            guard numbers.count == 3, user >= numbers[1], user - numbers[1] < numbers[2] else { continue }
            return (id, numbers[0] + user - numbers[1])
        }
        return nil
    }

    /// Nil where it does not answer; as its own user, because others may not see its program, and at the address that it was started with.
    func ask(_ engine: Engine, _ container: String) async -> SccacheCount? {
        let script =
            "for word in $(tr '\\0' '\\n' <\"/proc/$1/environ\" | grep '^SCCACHE_SERVER_[A-Z]*=[^ ]*$'); do export \"$word\"; done;"
            // By its real name: called by another one it takes itself for a compiler.
            + " exec \"$(readlink \"/proc/$1/exe\")\" --show-stats --stats-format json"
        guard let text = try? await engine.answer(of: ["sh", "-c", script, "sh", "\(idInside)"], in: container, user: "\(userInside)") else {
            return nil
        }
        return SccacheCount(text, server: identity)
    }
}
