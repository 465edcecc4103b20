import Foundation

/// Reads `multipart/form-data` (RFC 7578) as it comes in, however it is cut.
///
/// Fields are small and collected; the bytes of the part called `file` are handed on as they come. After it, as with an
/// object store, nothing counts any more but the closing boundary.
struct MultipartReader {
    /// What was read.
    enum Event: Equatable {
        case field(name: String, value: String)
        /// The file begins; all fields that count have come.
        case fileBegins
        case fileBytes(ArraySlice<UInt8>)
        case fileEnds
    }

    private enum State {
        case preamble, boundaryEnd, headers, field(String), file, ignored, finished
    }

    private static let fieldLimit = 64 << 10
    private static let headerLimit = 8 << 10
    private static let partLimit = 64

    /// CR LF, two hyphens and the boundary; the text's own beginning counts as a line end.
    private let delimiter: [UInt8]
    private var state = State.preamble
    private var buffer: [UInt8]
    private var partCount = 0
    private var hasFile = false

    /// Takes the boundary from a `Content-Type`.
    init(contentType: String?) throws(ObjectStoreError) {
        guard let contentType, contentType.lowercased().hasPrefix("multipart/form-data") else {
            throw .malformedForm("it is not multipart/form-data")
        }
        guard let boundary = Self.parameter("boundary", of: contentType), (1...70).contains(boundary.utf8.count) else {
            throw .malformedForm("it names no boundary")
        }
        delimiter = Array("\r\n--\(boundary)".utf8)
        buffer = [13, 10]
    }

    /// True when the closing boundary was read after a file.
    var isComplete: Bool { if case .finished = state { hasFile } else { false } }

    /// Takes the next bytes and hands on what is certain.
    mutating func read(_ bytes: some Sequence<UInt8>, _ body: (Event) throws -> Void) throws {
        buffer.append(contentsOf: bytes)
        while try step(body) {}
    }

    /// False when more bytes are needed.
    private mutating func step(_ body: (Event) throws -> Void) throws -> Bool {
        switch state {
        case .preamble:
            guard let found = find(delimiter) else {
                guard buffer.count <= Self.headerLimit else { throw ObjectStoreError.malformedForm("it does not begin with its boundary") }
                return false
            }
            buffer.removeFirst(found + delimiter.count)
            state = .boundaryEnd
            return true
        case .boundaryEnd:
            guard buffer.count >= 2 else { return false }
            let end = Array(buffer.prefix(2))
            guard end == [45, 45] || end == [13, 10] else { throw ObjectStoreError.malformedForm("a boundary goes on where it should end") }
            state = end == [45, 45] ? .finished : .headers
            // The line end stays, so that a part without headers still shows its empty line.
            if case .finished = state { buffer.removeAll() }
            return true
        case .headers: return try readHeaders(body)
        case .field(let name):
            guard let found = find(delimiter) else {
                guard buffer.count <= Self.fieldLimit else { throw ObjectStoreError.malformedForm("its field `\(name)` is too large") }
                return false
            }
            guard found <= Self.fieldLimit, let value = String(validating: buffer[..<found], as: UTF8.self) else {
                throw ObjectStoreError.malformedForm("its field `\(name)` is no text")
            }
            buffer.removeFirst(found + delimiter.count)
            state = .boundaryEnd
            try body(.field(name: name, value: value))
            return true
        case .file: return try readFile(body)
        case .ignored:
            if let found = find(delimiter) {
                buffer.removeFirst(found + delimiter.count)
                state = .boundaryEnd
                return true
            }
            buffer.removeFirst(max(0, buffer.count - delimiter.count))
            return false
        case .finished:
            buffer.removeAll()
            return false
        }
    }

    private mutating func readHeaders(_ body: (Event) throws -> Void) throws -> Bool {
        guard let found = find([13, 10, 13, 10]) else {
            guard buffer.count <= Self.headerLimit else { throw ObjectStoreError.malformedForm("a part's headers are too long") }
            return false
        }
        guard found <= Self.headerLimit, let text = String(validating: buffer[..<found], as: UTF8.self) else {
            throw ObjectStoreError.malformedForm("a part's headers are no text")
        }
        buffer.removeFirst(found + 4)
        partCount += 1
        guard partCount <= Self.partLimit else { throw ObjectStoreError.malformedForm("it has more than \(Self.partLimit) parts") }
        if hasFile {
            state = .ignored
            return true
        }
        let disposition = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let name = disposition.flatMap({ Self.parameter("name", of: String($0)) }) else {
            throw ObjectStoreError.malformedForm("a part has no name")
        }
        guard name == "file" else {
            state = .field(name)
            return true
        }
        hasFile = true
        state = .file
        try body(.fileBegins)
        return true
    }

    private mutating func readFile(_ body: (Event) throws -> Void) throws -> Bool {
        if let found = find(delimiter) {
            if found > 0 { try body(.fileBytes(buffer[..<found])) }
            buffer.removeFirst(found + delimiter.count)
            state = .boundaryEnd
            try body(.fileEnds)
            return true
        }
        // The last bytes may be the beginning of a delimiter.
        let certain = buffer.count - delimiter.count + 1
        guard certain > 0 else { return false }
        try body(.fileBytes(buffer[..<certain]))
        buffer.removeFirst(certain)
        return false
    }

    /// Where `pattern` begins in the buffer.
    private func find(_ pattern: [UInt8]) -> Int? {
        let limit = buffer.count - pattern.count
        guard limit >= 0 else { return nil }
        return buffer.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var index = 0
            while index <= limit {
                // All patterns begin with CR, which is rare in compressed bytes.
                guard let next = memchr(start + index, 13, limit - index + 1) else { return nil }
                index = UnsafeRawPointer(next) - start
                if memcmp(start + index, pattern, pattern.count) == 0 { return index }
                index += 1
            }
            return nil
        }
    }

    /// The value of `name=value` or `name="value"` after a `;`.
    private static func parameter(_ name: String, of header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let part = part.drop { $0 == " " || $0 == "\t" }
            guard part.lowercased().hasPrefix(name + "=") else { continue }
            var value = part.dropFirst(name.count + 1)
            while value.last == " " { value.removeLast() }
            if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
            return String(value)
        }
        return nil
    }
}
