import Basics
import Files
import Foundation
import SystemPackage

/// Writes a build's log: each line with its time to the millisecond, its stream and its text, one space between.
///
/// Works on bytes, because a build may write a million lines in two seconds. A disk that is full stops the log, not the build: the error is kept, and the
/// container has the lines still.
struct BuildLogWriter: ~Copyable {
    private let file: FileDescriptor
    private let path: FilePath
    private let redaction: Redaction
    private var buffer: [UInt8] = []
    private var clock = LogStamp()
    private(set) var lineCount = 0
    private(set) var failure: FileError?
    private(set) var phases: [BuildOutcome.Phase] = []
    private var phaseBegan: Int64?
    /// When the container of a failed build was started again, the earliest first; nobody worked between its last line before and that.
    private var restarts: ArraySlice<Int64>
    private(set) var idleSeconds = 0.0
    private var recent = RecentLines(limit: 400)
    private(set) var last: (nanoseconds: Int64, stream: BuildLogLine.Stream) = (0, .script)
    /// What is held back of a line whose end is not here yet, by stream.
    private var held: [BuildLogLine.Stream: [UInt8]] = [:]

    private init(owning file: FileDescriptor, path: FilePath, redaction: Redaction, restarts: [Int64]) {
        self.file = file
        self.restarts = restarts.sorted()[...]
        self.path = path
        self.redaction = redaction
        buffer.reserveCapacity(128 << 10)
    }

    deinit { try? file.close() }

    /// Begins the file anew. `restarts` are in nanoseconds since 1970.
    static func create(at path: FilePath, redaction: Redaction, restarts: [Int64] = []) throws(FileError) -> BuildLogWriter {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
            return BuildLogWriter(owning: file, path: path, redaction: redaction, restarts: restarts)
        } catch { throw .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
    }

    /// Writes the line, without its secrets, and returns its title if it begins a phase. A line in parts becomes a line a part.
    mutating func append(
        _ text: UnsafeRawBufferPointer, at nanoseconds: Int64, _ stream: BuildLogLine.Stream, isContinued: Bool = false
    ) -> String? {
        if isContinued || !held.isEmpty, let whole = joined(text, stream, isContinued) {
            return whole.withUnsafeBytes { appendShown($0, nanoseconds, stream) }
        }
        return appendShown(text, nanoseconds, stream)
    }

    /// The part with what was held back of the one before, and without what is held back of itself; nil where nothing was or is.
    private mutating func joined(_ text: UnsafeRawBufferPointer, _ stream: BuildLogLine.Stream, _ isContinued: Bool) -> [UInt8]? {
        let before = held.removeValue(forKey: stream)
        guard isContinued || before != nil else { return nil }
        var whole = before ?? []
        whole.append(contentsOf: text)
        guard isContinued else { return whole }
        let count = whole.withUnsafeBytes { redaction.safeCount(of: $0) }
        held[stream] = Array(whole[count...])
        whole.removeSubrange(count...)
        return whole
    }

    private mutating func appendShown(_ text: UnsafeRawBufferPointer, _ nanoseconds: Int64, _ stream: BuildLogLine.Stream) -> String? {
        let isSafe = !redaction.mayChange(text)
        if isSafe, text.allSatisfy({ $0 < 0x80 }) { return write(text, nanoseconds, stream) }
        // What is no UTF-8 becomes U+FFFD.
        var shown = String(decoding: text, as: UTF8.self)
        if !isSafe { shown = redaction(shown) }
        return shown.withUTF8 { write(UnsafeRawBufferPointer($0), nanoseconds, stream) }
    }

    private mutating func write(_ text: UnsafeRawBufferPointer, _ nanoseconds: Int64, _ stream: BuildLogLine.Stream) -> String? {
        while let restart = restarts.first, nanoseconds >= restart { beginAgain(at: restart) }
        recent.append(text)
        lineCount += 1
        last = (nanoseconds, stream)
        clock.append(nanoseconds, to: &buffer)
        buffer.append(contentsOf: stream.word)
        buffer.append(contentsOf: text)
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 64 << 10 { flush() }
        let title = PhaseTitles.title(in: text)
        if let title { begin(title, at: nanoseconds) }
        return title
    }

    /// The line that was written last.
    var lastLine: BuildLogLine? {
        recent.last.map { BuildLogLine(time: Date(timeIntervalSince1970: Double(last.nanoseconds) / 1e9), stream: last.stream, text: $0) }
    }

    var lastLines: [String] { recent.all }

    mutating func flush() {
        guard !buffer.isEmpty else { return }
        if failure == nil {
            do { try file.writeAll(buffer) } catch { failure = .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func end(at time: Date) {
        let nanoseconds = Int64(time.timeIntervalSince1970 * 1e9)
        for (stream, rest) in held where !rest.isEmpty { _ = rest.withUnsafeBytes { appendShown($0, nanoseconds, stream) } }
        held = [:]
        endPhase(at: nanoseconds)
        flush()
        if failure == nil, fsync(file.rawValue) != 0 { failure = .system(action: "write", path: path, errno: Errno(rawValue: errno)) }
    }

    private mutating func begin(_ title: String, at nanoseconds: Int64) {
        endPhase(at: nanoseconds)
        phases.append(.init(name: title, seconds: 0))
        phaseBegan = nanoseconds
    }

    /// The phase that failed ends with its last line, and none begins before the next title.
    private mutating func beginAgain(at restart: Int64) {
        restarts.removeFirst()
        guard lineCount > 0 else { return }
        endPhase(at: min(last.nanoseconds, restart))
        phaseBegan = nil
        idleSeconds += Double(max(0, restart - last.nanoseconds)) / 1e9
    }

    private mutating func endPhase(at nanoseconds: Int64) {
        guard let phaseBegan, !phases.isEmpty else { return }
        phases[phases.count - 1].seconds = max(0, Double(nanoseconds - phaseBegan) / 1e9)
    }
}

extension BuildLogLine.Stream {
    /// As the log has it, with the space behind it.
    fileprivate var word: [UInt8] {
        switch self {
        case .script: Self.scriptWord
        case .output: Self.outputWord
        case .error: Self.errorWord
        }
    }

    private static let scriptWord = Array("script ".utf8)
    private static let outputWord = Array("out ".utf8)
    private static let errorWord = Array("err ".utf8)
}
