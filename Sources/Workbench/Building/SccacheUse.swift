public import Basics
import Foundation
import JSONReading
public import Processes

/// What a server of sccache said of itself.
public struct SccacheCount: Hashable, Sendable, Codable {
    /// On this machine; counters begin at zero with each server.
    public var server: ProcessIdentity
    public var hits: Int64
    public var misses: Int64
    /// Where it keeps what it has, in its words.
    public var location: String

    /// Reads what `sccache --show-stats --stats-format json` prints; nil for anything else.
    init?(_ text: String, server: ProcessIdentity) {
        guard let json = try? JSONValue(parsing: text), let stats = json["stats"], let hits = Self.sum(stats["cache_hits"]),
            let misses = Self.sum(stats["cache_misses"])
        else { return nil }
        self.server = server
        self.hits = hits
        self.misses = misses
        location = String((json["cache_location"]?.string ?? "").prefix(300))
    }

    /// Over all languages.
    private static func sum(_ counters: JSONValue?) -> Int64? {
        guard let counts = counters?["counts"]?.object else { return nil }
        var sum: Int64 = 0
        for member in counts {
            guard let number = member.value.integer, (0...1 << 40).contains(number), sum <= 1 << 50 else { return nil }
            sum += number
        }
        return sum
    }

    fileprivate func isBefore(_ later: SccacheCount) -> Bool { server == later.server && hits <= later.hits && misses <= later.misses }
}

/// How often sccache had what was asked of it, over all servers of a build.
///
/// It keeps no counters on the disk, and its server ends with the container: they are those of the last time that it was asked, so compilations of the
/// build's last seconds may be missing. All is nil where no server was seen, and then nothing is known.
public struct SccacheUse: Hashable, Sendable, Codable {
    public var hits: Int64?
    public var misses: Int64?
    public var counted: Timestamp?
    /// Where the servers kept it, in their words; another place than the mounted folder is another cache than the one that was asked for.
    public var locations: [String] = []
    private var last: SccacheCount?

    public init() {}

    private enum CodingKeys: String, CodingKey { case hits, misses, counted, locations }

    /// From 0 to 1; nil where nothing is known, or nothing was compiled through it.
    public var hitRate: Double? {
        guard let hits, let misses, hits + misses > 0 else { return nil }
        return Double(hits) / Double(hits + misses)
    }

    /// Answers in their order; one of another server, or below the one before, is of counters that began anew.
    mutating func add(_ count: SccacheCount, at time: Timestamp) {
        let base = last.flatMap { $0.isBefore(count) ? $0 : nil }
        hits = (hits ?? 0) + count.hits - (base?.hits ?? 0)
        misses = (misses ?? 0) + count.misses - (base?.misses ?? 0)
        counted = time
        if !count.location.isEmpty, !locations.contains(count.location), locations.count < 8 { locations.append(count.location) }
        last = count
    }
}

extension SccacheUse {
    /// `96 % of 120, counted at 2026-11-21T17:40:03Z, Local disk: "/home/conda/sccache"`.
    public var words: String {
        guard let hits, let misses, let counted else { return "unknown, as no server of it was seen in the container" }
        let rate = hitRate.map { "\(Int($0 * 100)) % of \(hits + misses)" } ?? "0 compilations"
        return ([rate, "counted at \(counted)"] + locations).joined(separator: ", ")
    }
}
