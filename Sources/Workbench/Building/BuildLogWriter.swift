import Basics
import Containers
import Files
import Foundation
import SystemPackage

/// Writes a build's log: each line with its time to the millisecond, its stream and its text, one space between.
///
/// A disk that is full stops the log, not the build: the error is kept, and the container has the lines still.
struct BuildLogWriter: ~Copyable {
    private let file: FileDescriptor
    private let path: FilePath
    private let redaction: Redaction
    private var buffer: [UInt8] = []
    private var flushed = ContinuousClock.now
    private var second: (Int64, [UInt8]) = (.min, [])
    private(set) var lineCount = 0
    private(set) var failure: FileError?
    private(set) var phases: [BuildOutcome.Phase] = []
    private var phaseBegan: Date?
    let lastLines = LastLines(limit: 400)

    private init(owning file: FileDescriptor, path: FilePath, redaction: Redaction) {
        self.file = file
        self.path = path
        self.redaction = redaction
    }

    deinit { try? file.close() }

    /// Begins the file anew.
    static func create(at path: FilePath, redaction: Redaction) throws(FileError) -> BuildLogWriter {
        do {
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
            return BuildLogWriter(owning: file, path: path, redaction: redaction)
        } catch { throw .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
    }

    /// Writes the line and returns it as it was written, with the title if it begins a phase.
    mutating func append(_ line: BuildLogLine) -> (BuildLogLine, phase: String?) {
        var line = line
        line.text = redaction(line.text)
        lastLines.append(line.text)
        lineCount += 1
        buffer += stamp(line.time)
        buffer += line.stream.rawValue.utf8
        buffer.append(UInt8(ascii: " "))
        buffer += line.text.utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > 64 << 10 || flushed.duration(to: .now) > .milliseconds(200) { flush() }
        let title = PhaseTitles.title(in: line.text)
        if let title { begin(title, at: line.time) }
        return (line, title)
    }

    mutating func flush() {
        flushed = .now
        guard !buffer.isEmpty, failure == nil else { return }
        do { try file.writeAll(buffer) } catch { failure = .system(action: "write", path: path, errno: error as? Errno ?? .ioError) }
        buffer.removeAll(keepingCapacity: true)
    }

    mutating func end(at time: Date) {
        if let began = phaseBegan, !phases.isEmpty { phases[phases.count - 1].seconds = max(0, time.timeIntervalSince(began)) }
        flush()
        if failure == nil, fsync(file.rawValue) != 0 { failure = .system(action: "write", path: path, errno: Errno(rawValue: errno)) }
    }

    private mutating func begin(_ title: String, at time: Date) {
        if let began = phaseBegan, !phases.isEmpty { phases[phases.count - 1].seconds = max(0, time.timeIntervalSince(began)) }
        phases.append(.init(name: title, seconds: 0))
        phaseBegan = time
    }

    private mutating func stamp(_ time: Date) -> [UInt8] {
        let milliseconds = Int64((time.timeIntervalSince1970 * 1000).rounded(.down))
        let seconds = milliseconds / 1000
        if second.0 != seconds { second = (seconds, Array(Timestamp(seconds: seconds).description.utf8.dropLast())) }
        let rest = milliseconds % 1000
        return second.1 + [46, UInt8(48 + rest / 100), UInt8(48 + rest / 10 % 10), UInt8(48 + rest % 10), 90, 32]
    }
}
