import Foundation

/// A ZIP file in which nothing is compressed, written and read in one form only (APPNOTE 6.3.10).
///
/// Members stand one after the other without gaps, in the order of the central directory, dated 1980, with no extra fields and no comments.
/// Whatever differs is refused: two readers must never see two archives in one file.
struct StoredArchive: Equatable {
    struct Member: Equatable {
        let name: String
        let bytes: Data
    }

    var members: [Member]

    static let byteLimit = 64 << 20
    static let memberLimit = 4096

    /// Why a file is not such an archive.
    struct Complaint: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    private static let localSignature: UInt32 = 0x0403_4B50
    private static let centralSignature: UInt32 = 0x0201_4B50
    private static let endSignature: UInt32 = 0x0605_4B50
    /// 1 January 1980, the earliest that ZIP can write.
    private static let date: UInt16 = 0x0021

    var contents: Data {
        var file = Data()
        var directory = Data()
        for member in members {
            let name = Data(member.name.utf8)
            let shared = Self.header(crc: CRC32.of(member.bytes), size: UInt32(member.bytes.count), nameSize: UInt16(name.count))
            directory += Self.little(Self.centralSignature) + Self.little(UInt16(20)) + shared
            directory +=
                Self.little(UInt16(0)) + Self.little(UInt16(0)) + Self.little(UInt16(0)) + Self.little(UInt32(0)) + Self.little(UInt32(file.count))
            directory += name
            file += Self.little(Self.localSignature) + shared + name + member.bytes
        }
        let count = Self.little(UInt16(members.count))
        let end =
            Self.little(Self.endSignature) + Self.little(UInt16(0)) + Self.little(UInt16(0)) + count + count + Self.little(UInt32(directory.count))
            + Self.little(UInt32(file.count)) + Self.little(UInt16(0))
        return file + directory + end
    }

    /// What the local header and the central one have in common: version to extract, flags, method, time, date, checksum, sizes, name, extra.
    private static func header(crc: UInt32, size: UInt32, nameSize: UInt16) -> Data {
        little(UInt16(20)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0)) + little(date) + little(crc) + little(size) + little(size)
            + little(nameSize) + little(UInt16(0))
    }

    private static func little<Value: FixedWidthInteger>(_ value: Value) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }

    init(_ members: [Member]) { self.members = members }

    /// Reads the members from the front, and then demands that writing them gives this very file.
    init(parsing file: Data) throws(Complaint) {
        guard file.count <= Self.byteLimit else { throw .init("it is larger than \(Self.byteLimit) bytes") }
        let bytes = [UInt8](file)
        func number(_ position: Int, _ count: Int) -> Int? {
            guard position >= 0, position + count <= bytes.count else { return nil }
            return (0..<count).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }
        var members: [Member] = []
        var names: Set<String> = []
        var position = 0
        while number(position, 4) == Int(Self.localSignature) {
            guard let size = number(position + 18, 4), let nameSize = number(position + 26, 2), number(position + 28, 2) == 0 else {
                throw .init("a member breaks off, or has extra fields")
            }
            let start = position + 30 + nameSize
            guard start <= bytes.count, start + size <= bytes.count else { throw .init("a member breaks off") }
            guard let name = String(validating: bytes[(position + 30)..<start], as: UTF8.self), Self.isSafe(name), names.insert(name).inserted else {
                throw .init("a member's name is unsafe or stands twice")
            }
            guard members.count < Self.memberLimit else { throw .init("it has more than \(Self.memberLimit) members") }
            members.append(Member(name: name, bytes: Data(bytes[start..<(start + size)])))
            position = start + size
        }
        self.members = members
        guard !members.isEmpty, contents == file else { throw .init("it is not in the one form that such an archive has") }
    }

    /// Relative, forward, of plain characters: nothing that could leave a folder.
    static func isSafe(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = name.utf8.allSatisfy {
            (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "._-+!/".utf8.contains($0)
        }
        return isPlain && name.utf8.count <= 255 && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }
}
