import Foundation

/// The libraries that a program or library of Windows must find to be started: its import table (Microsoft's "PE Format").
///
/// Every offset in the file is somebody else's word: what lies outside of it ends the reading.
struct PortableExecutable: Hashable, Sendable {
    /// What must be there for it to be started, as it is spelt.
    var imports: [String]

    private struct Section {
        var address: Int
        var size: Int
        var offset: Int
    }

    /// Nil for what is no such file, or is cut.
    init?(_ data: Data) {
        let bytes = [UInt8](data)
        func number(_ offset: Int, _ count: Int) -> Int? {
            guard offset >= 0, count <= bytes.count, offset <= bytes.count - count else { return nil }
            return (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        }
        guard number(0, 2) == 0x5A4D, let header = number(0x3C, 4), number(header, 4) == 0x4550, let count = number(header + 6, 2),
            let optionalSize = number(header + 20, 2), let magic = number(header + 24, 2), magic == 0x10B || magic == 0x20B, count <= 96
        else { return nil }
        let directories = header + 24 + (magic == 0x20B ? 112 : 96)
        var sections: [Section] = []
        for index in 0..<count {
            let place = header + 24 + optionalSize + index * 40
            guard let virtualSize = number(place + 8, 4), let address = number(place + 12, 4), let size = number(place + 16, 4),
                let offset = number(place + 20, 4)
            else { return nil }
            sections.append(Section(address: address, size: max(virtualSize, size), offset: offset))
        }
        func offset(of address: Int) -> Int? {
            sections.first { address >= $0.address && address - $0.address < $0.size }.map { address - $0.address + $0.offset }
        }
        func text(at address: Int) -> String? {
            guard let start = offset(of: address), start < bytes.count else { return nil }
            let name = bytes[start...].prefix(260).prefix { $0 != 0 }
            return name.isEmpty || start + name.count >= bytes.count ? nil : String(decoding: name, as: UTF8.self)
        }
        // Directory 1: entries of 20 bytes, the name's address at 12.
        var names: [String] = []
        let tableCount = number(directories - 4, 4) ?? 0
        guard tableCount > 1, let table = number(directories + 8, 4), table != 0 else {
            imports = []
            return
        }
        for index in 0..<4096 {
            guard let entry = offset(of: table + index * 20), let name = number(entry + 12, 4) else { return nil }
            if name == 0 { break }
            guard let text = text(at: name) else { return nil }
            names.append(text)
        }
        imports = names
    }
}
