import Synchronization

/// The last lines of a program's output, for saying why it failed.
public final class LastLines: Sendable {
    private let limit: Int
    private let lines = Mutex<[String]>([])

    public init(limit: Int = 50) { self.limit = limit }

    public func append(_ line: String) {
        lines.withLock { lines in
            // Twice the limit, so that the array moves once in `limit` lines.
            if lines.count >= 2 * limit { lines.removeFirst(limit) }
            lines.append(line)
        }
    }

    public var all: [String] { lines.withLock { Array($0.suffix(limit)) } }
    public var text: String { all.joined(separator: "\n") }
}
