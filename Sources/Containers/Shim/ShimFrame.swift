import Foundation
import Processes

/// How the shim hands a container's line to the driver through the script's output: a mark that nobody can guess, time, stream, text.
public struct ShimFrame: Sendable {
    private let mark: [UInt8]

    public init(mark: String) { self.mark = Array(mark.utf8) }

    /// Adds the line with its line break to `buffer`.
    public func append(_ line: LogBytes, to buffer: inout [UInt8]) {
        buffer.append(contentsOf: mark)
        buffer.append(32)
        Self.append(line.nanoseconds, to: &buffer)
        buffer.append(contentsOf: line.stream == .output ? Self.output : Self.error)
        if line.isContinued { buffer.append(UInt8(ascii: "+")) }
        buffer.append(32)
        buffer.append(contentsOf: line.text)
        buffer.append(10)
    }

    /// Reads a line, without its line break; nil for a line of the script itself. The text lies in `line`.
    public func read(_ line: UnsafeRawBufferPointer) -> LogBytes? {
        guard line.count > mark.count + 6, let start = line.baseAddress, memcmp(start, mark, mark.count) == 0, line[mark.count] == 32 else {
            return nil
        }
        var position = mark.count + 1
        var nanoseconds: Int64 = 0
        while position < line.count, (48...57).contains(line[position]) {
            let (shifted, overflow) = nanoseconds.multipliedReportingOverflow(by: 10)
            guard !overflow, shifted <= .max - 9 else { return nil }
            nanoseconds = shifted + Int64(line[position] - 48)
            position += 1
        }
        let name = line[position...].prefix(5)
        let stream: OutputLine.Stream
        if name.starts(with: Self.output) {
            stream = .output
            position += Self.output.count
        } else if name.starts(with: Self.error) {
            stream = .error
            position += Self.error.count
        } else {
            return nil
        }
        let isContinued = position < line.count && line[position] == UInt8(ascii: "+")
        if isContinued { position += 1 }
        guard position < line.count, line[position] == 32 else { return nil }
        return LogBytes(
            stream: stream, nanoseconds: nanoseconds, text: UnsafeRawBufferPointer(rebasing: line[(position + 1)...]), isContinued: isContinued)
    }

    private static let output = Array(" \(OutputLine.Stream.output.rawValue)".utf8)
    private static let error = Array(" \(OutputLine.Stream.error.rawValue)".utf8)

    /// Times before 1970 do not happen to containers.
    private static func append(_ number: Int64, to buffer: inout [UInt8]) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var rest = UInt64(max(0, number))
            var begin = 20
            repeat {
                begin -= 1
                digits[begin] = UInt8(48 + rest % 10)
                rest /= 10
            } while rest > 0
            buffer.append(contentsOf: digits[begin...])
        }
    }
}
