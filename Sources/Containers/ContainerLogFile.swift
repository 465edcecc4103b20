import Foundation
import Processes
import SystemPackage

/// The log that podman's monitor writes for a container (`k8s-file`): each line has its time, its stream, `F` or `P` for a full line or a part, and text.
///
/// We read the file ourselves, because `podman logs --follow` of 4.3 drops lines of a container that writes fast (half of 200,000 were seen to go), and its
/// `--timestamps` puts times into the middle of lines.
struct ContainerLogFile {
    private let path: FilePath
    private let since: EngineTime?
    private let onLine: (OutputLine) -> Void
    private var offset: Int64 = 0
    private var splitter = LineSplitter(limit: 1 << 20)
    private var open: [OutputLine.Stream: (text: String, time: EngineTime)] = [:]
    private static let longest = 1 << 20

    init(_ path: FilePath, since: EngineTime?, onLine: @escaping (OutputLine) -> Void) {
        self.path = path
        self.since = since
        self.onLine = onLine
    }

    /// Hands over what was added since the last call; false if that was nothing. A missing file is an empty one.
    mutating func advance() throws(Errno) -> Bool {
        let start = offset
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            try file.closeAfter {
                var buffer = [UInt8](repeating: 0, count: 256 << 10)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
                    if count == 0 { return }
                    offset += Int64(count)
                    var lines: [String] = []
                    buffer.withUnsafeBytes { bytes in
                        splitter.feed(UnsafeRawBufferPointer(rebasing: bytes[..<count]), keepingReturns: true) { text, _ in lines.append(text) }
                    }
                    for line in lines { take(line) }
                }
            }
        } catch {
            let errno = error as? Errno ?? .ioError
            guard errno == .noSuchFileOrDirectory else { throw errno }
        }
        return offset > start
    }

    /// The parts of lines that the container never ended.
    mutating func finish() {
        for stream in [OutputLine.Stream.output, .error] {
            guard let (text, time) = open[stream] else { continue }
            emit(stream, time, text, isContinued: false)
            open[stream] = nil
        }
    }

    private mutating func take(_ line: String) {
        // By bytes: a build may write a million lines, and characters are dear.
        let bytes = line.utf8
        let space = UInt8(ascii: " ")
        guard let first = bytes.firstIndex(of: space), let time = EngineTime(line[..<first]) else { return }
        let streamBegin = bytes.index(after: first)
        guard let second = bytes[streamBegin...].firstIndex(of: space) else { return }
        let name = line[streamBegin..<second]
        guard name == "stdout" || name == "stderr" else { return }
        let stream: OutputLine.Stream = name == "stdout" ? .output : .error
        let flagBegin = bytes.index(after: second)
        let third = bytes[flagBegin...].firstIndex(of: space)
        let isFull = line[flagBegin..<(third ?? bytes.endIndex)] == "F"
        let rest = third.map { String(line[bytes.index(after: $0)...]) } ?? ""
        // A line's time is that of its end, so that times only go up.
        var text = open.removeValue(forKey: stream)?.text ?? ""
        if text.isEmpty { text = rest } else { text += rest }
        if isFull {
            // A part that ends with nothing more is how a line without a line break ends.
            emit(stream, time, text, isContinued: false)
        } else if text.utf8.count > Self.longest {
            emit(stream, time, text, isContinued: true)
        } else {
            open[stream] = (text, time)
        }
    }

    private func emit(_ stream: OutputLine.Stream, _ time: EngineTime, _ text: String, isContinued: Bool) {
        if let since, time < since { return }
        onLine(
            OutputLine(
                stream: stream, time: time.date, text: text.utf8.last == UInt8(ascii: "\r") ? String(text.utf8.dropLast()) ?? text : text,
                isContinued: isContinued))
    }
}
