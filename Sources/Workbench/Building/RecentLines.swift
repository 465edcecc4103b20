/// The last lines of a log, in memory that is used again and again.
struct RecentLines: ~Copyable {
    private var lines: [[UInt8]]
    private var count = 0
    /// Of a line that is longer the beginning is kept.
    private static let longest = 64 << 10

    init(limit: Int) { lines = [[UInt8]](repeating: [], count: limit) }

    mutating func append(_ text: UnsafeRawBufferPointer) {
        let index = count % lines.count
        lines[index].removeAll(keepingCapacity: true)
        lines[index].append(contentsOf: text.prefix(Self.longest))
        count += 1
    }

    var last: String? { count == 0 ? nil : String(decoding: lines[(count - 1) % lines.count], as: UTF8.self) }

    /// Oldest first.
    var all: [String] { (max(0, count - lines.count)..<count).map { String(decoding: lines[$0 % lines.count], as: UTF8.self) } }
}
