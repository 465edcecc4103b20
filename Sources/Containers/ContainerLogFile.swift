import Foundation
import Processes
import SystemPackage

/// The log that an engine writes for a container: podman's `k8s-file`, whose lines have time, stream, `F` or `P` for a full line or a part, and text, or
/// docker's `json-file`.
///
/// We read the file ourselves where we may, because `podman logs --follow` of 4.3 drops lines of a container that writes fast (half of 200,000 were seen to go),
/// and its `--timestamps` puts times into the middle of lines; and because docker's daemon and client take ten times as long as the container to hand over
/// a million lines.
struct ContainerLogFile {
    private let path: FilePath
    private let sink: Sink
    private var offset: Int64 = 0
    private var splitter = LineSplitter(limit: 1 << 20)
    private var clock = EngineClock()
    private var docker = DockerLogLine()
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)
    private var output = Part()
    private var error = Part()
    fileprivate static let longest = 1 << 20

    /// The beginning of a line whose end was not read yet.
    fileprivate struct Part {
        var bytes: [UInt8] = []
        var nanoseconds: Int64 = 0
        var isOpen = false
    }

    fileprivate struct Sink {
        let since: EngineTime?
        let onLine: (LogBytes) -> Void
    }

    init(_ path: FilePath, since: EngineTime?, onLine: @escaping (LogBytes) -> Void) {
        self.path = path
        sink = Sink(since: since, onLine: onLine)
    }

    /// Hands over what was added since the last call; false if that was nothing. A missing file is an empty one.
    mutating func advance() throws(Errno) -> Bool {
        let start = offset
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            try file.closeAfter {
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) }
                    if count == 0 { return }
                    offset += Int64(count)
                    take(count)
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
            let part = stream == .output ? output : error
            guard part.isOpen else { continue }
            part.bytes.withUnsafeBytes { sink.emit(stream, part.nanoseconds, $0, isContinued: false) }
        }
        (output, error) = (Part(), Part())
    }

    /// Takes the first bytes of the buffer.
    private mutating func take(_ count: Int) {
        // Both are ours alone meanwhile, so that lines need no copy.
        var splitter = LineSplitter(limit: 4)
        var buffer: [UInt8] = []
        swap(&splitter, &self.splitter)
        swap(&buffer, &self.buffer)
        buffer.withUnsafeBytes { bytes in
            splitter.cut(UnsafeRawBufferPointer(rebasing: bytes[..<count]), keepingReturns: true) { line, _ in take(line) }
        }
        swap(&splitter, &self.splitter)
        swap(&buffer, &self.buffer)
    }

    private mutating func take(_ line: UnsafeRawBufferPointer) {
        // By the line itself: what a client is named says little of the engine behind it.
        guard line.first == UInt8(ascii: "{") else { return takePodman(line) }
        guard docker.read(line) else { return }
        let (stream, time, isFull) = (docker.stream, docker.nanoseconds, docker.isFull)
        docker.text.withUnsafeBytes { text in
            if stream == .output { sink.take(text, isFull, stream, time, &output) } else { sink.take(text, isFull, stream, time, &error) }
        }
    }

    private mutating func takePodman(_ line: UnsafeRawBufferPointer) {
        func space(from begin: Int) -> Int? {
            guard begin < line.count, let start = line.baseAddress, let found = memchr(start + begin, 32, line.count - begin) else { return nil }
            return UnsafeRawPointer(found) - start
        }
        guard let first = space(from: 0), let time = clock.nanoseconds(of: UnsafeRawBufferPointer(rebasing: line[..<first])) else { return }
        guard let second = space(from: first + 1), second - first == 7, let name = line.baseAddress.map({ $0 + first + 1 }) else { return }
        let stream: OutputLine.Stream
        if memcmp(name, "stdout", 6) == 0 {
            stream = .output
        } else if memcmp(name, "stderr", 6) == 0 {
            stream = .error
        } else {
            return
        }
        let third = space(from: second + 1) ?? line.count
        let isFull = third == second + 2 && line[second + 1] == UInt8(ascii: "F")
        let rest = UnsafeRawBufferPointer(rebasing: line[min(third + 1, line.count)...])
        if stream == .output { sink.take(rest, isFull, stream, time, &output) } else { sink.take(rest, isFull, stream, time, &error) }
    }
}

extension ContainerLogFile.Sink {
    /// A line's time is that of its end, so that times only go up.
    fileprivate func take(
        _ text: UnsafeRawBufferPointer, _ isFull: Bool, _ stream: OutputLine.Stream, _ time: Int64, _ part: inout ContainerLogFile.Part
    ) {
        if isFull, !part.isOpen { return emit(stream, time, text, isContinued: false) }
        part.bytes.append(contentsOf: text)
        part.nanoseconds = time
        part.isOpen = true
        // A part that ends with nothing more is how a line without a line break ends.
        guard isFull || part.bytes.count > ContainerLogFile.longest else { return }
        part.bytes.withUnsafeBytes { emit(stream, time, $0, isContinued: !isFull) }
        part.bytes.removeAll(keepingCapacity: true)
        part.isOpen = false
    }

    fileprivate func emit(_ stream: OutputLine.Stream, _ time: Int64, _ text: UnsafeRawBufferPointer, isContinued: Bool) {
        if let since, time < since.nanoseconds { return }
        let isReturned = text.last == UInt8(ascii: "\r") && !isContinued
        onLine(
            LogBytes(
                stream: stream, nanoseconds: time, text: isReturned ? UnsafeRawBufferPointer(rebasing: text.dropLast()) : text,
                isContinued: isContinued))
    }
}
