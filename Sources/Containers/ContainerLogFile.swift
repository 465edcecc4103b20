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
        let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, let time = EngineTime(parts[0]), parts[1] == "stdout" || parts[1] == "stderr" else { return }
        let stream: OutputLine.Stream = parts[1] == "stdout" ? .output : .error
        var (text, begun) = open.removeValue(forKey: stream) ?? ("", time)
        if parts.count == 4 { text += parts[3] }
        if parts[2] == "F" {
            // A part that ends with nothing more is how a line without a line break ends.
            emit(stream, begun, text, isContinued: false)
        } else if text.utf8.count > Self.longest {
            emit(stream, begun, text, isContinued: true)
        } else {
            begun = min(begun, time)
            open[stream] = (text, begun)
        }
    }

    private func emit(_ stream: OutputLine.Stream, _ time: EngineTime, _ text: String, isContinued: Bool) {
        if let since, time < since { return }
        onLine(OutputLine(stream: stream, time: time.date, text: text.hasSuffix("\r") ? String(text.dropLast()) : text, isContinued: isContinued))
    }
}
