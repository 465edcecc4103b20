import Archiving
import JSONReading

/// One reading of an artifact's members through the gate.
struct MemberPass {
    var gate: MemberGate
    /// `info/index.json` as it came by: its `subdir` decides whether names that differ only in case are two.
    private var index: [UInt8] = []
    private var sawPayloadOnly = true

    private let stop: StopFlag

    init(gate: MemberGate, stop: StopFlag = StopFlag()) {
        self.gate = gate
        self.stop = stop
    }

    /// Reads one tar archive, unpacked, to its end, and what is behind the end.
    mutating func run(
        _ source: any ByteSource, _ name: String, allowed: ArtifactMember.Part?,
        _ only: ArtifactMember.Part?, _ visitor: inout some MemberVisitor
    ) throws(PackagingError) {
        do throws(ArchiveReader.ReadError<PackagingError>) {
            var reader = try wrap { () throws(ArchiveError) in try ArchiveReader.open(source, compression: .none) }
            while let entry = try next(&reader) {
                guard let member = try body({ () throws(PackagingError) in try gate.admit(entry, allowed: allowed) }) else { continue }
                let isWanted = only == nil || only == member.part
                let isIndex = member.path == "info/index.json"
                sawPayloadOnly = sawPayloadOnly && member.part == .payload
                if isWanted { try body { () throws(PackagingError) in try visitor.begin(member) } }
                var count: Int64 = 0
                if member.kind == .file {
                    try reader.readContents { (bytes) throws(PackagingError) in
                        count += Int64(bytes.count)
                        try stop.check()
                        try gate.count(bytes.count)
                        if isIndex, index.count < 1 << 20 { index += bytes }
                        if isWanted { try visitor.take(bytes) }
                    }
                    guard count == member.size else {
                        throw .archive(.wrongSize(member: member.path, promised: member.size, given: count))
                    }
                }
                if isWanted { try body { () throws(PackagingError) in try visitor.end(member) } }
            }
            if let warning = reader.warnings.first { throw .archive(.library(action: "read `\(name)` without doubt", text: warning)) }
            do throws(PackagingError) { try drain(&reader, name) } catch { throw .body(error) }
        } catch {
            switch error {
            case .archive(let error): throw .archive(error)
            case .body(let error): throw error
            }
        }
    }

    private typealias Failure = ArchiveReader.ReadError<PackagingError>
    private func wrap<Value: ~Copyable>(_ body: () throws(ArchiveError) -> Value) throws(Failure) -> Value {
        do throws(ArchiveError) { return try body() } catch { throw .archive(error) }
    }
    private func body<Value>(_ body: () throws(PackagingError) -> Value) throws(Failure) -> Value {
        do throws(PackagingError) { return try body() } catch { throw .body(error) }
    }
    private func next(_ reader: inout ArchiveReader) throws(Failure) -> ArchiveEntry? {
        do throws(ArchiveError) { return try reader.nextEntry() } catch { throw .archive(error) }
    }

    /// Behind a tar archive's end there are zeros; anything else would be read by some programs and not by others.
    private func drain(_ reader: inout ArchiveReader, _ name: String) throws(PackagingError) {
        var left: Int64 = 1 << 20
        var isClean = true
        do throws(ArchiveError) {
            try reader.readRemainder { (bytes) throws(ArchiveError) in
                left -= Int64(bytes.count)
                isClean = isClean && left >= 0 && bytes.allSatisfy { $0 == 0 }
                guard isClean else { throw .interrupted("") }
            }
        } catch {
            guard isClean else { throw .hiddenBytes(inside: name) }
            throw .archive(error)
        }
    }

    mutating func finish() throws(PackagingError) {
        let subdir = (try? JSONValue(parsing: index))?["subdir"]?.string
        try gate.finish(isCaseSensitive: sawPayloadOnly || subdir?.hasPrefix("linux-") ?? false)
    }
}
