import Files
import Foundation
import JSONReading
import SystemPackage

/// Which feedstocks may publish which names: one file a name, laid out as conda-forge's feedstock-outputs is.
struct OutputRegistry: Sendable {
    private let outputs: FilePath

    /// `folder` holds `outputs/`.
    init(folder: FilePath) { outputs = folder.appending("outputs") }

    private struct Entry: Codable {
        var feedstocks: [String]
    }

    /// The file of a name: three folders from its first three letters or digits, filled with `z`.
    static func shard(of package: String) -> String {
        let letters = package.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) || ("0"..."9").contains($0) }.map(String.init)
        return ((letters + ["z", "z", "z"]).prefix(3) + ["\(package).json"]).joined(separator: "/")
    }

    /// The feedstocks of a name, without `-feedstock`; none for a name that nobody registered.
    func feedstocks(of package: String) throws -> [String] {
        guard RegistryName.isPlain(package) else { return [] }
        let path = outputs.appending(Self.shard(of: package))
        guard path.exists else { return [] }
        return try StrictJSON.decode(Entry.self, from: path.contents(limit: 1 << 20)).feedstocks
    }

    func register(_ package: String, to feedstock: String) throws {
        guard RegistryName.isPlain(package) else { throw ChannelServerError.badName(what: "a package's name", text: package) }
        guard RegistryName.isPlain(feedstock) else { throw ChannelServerError.badName(what: "a feedstock's name", text: feedstock) }
        let feedstock = RegistryName.withoutSuffix(feedstock)
        let path = outputs.appending(Self.shard(of: package))
        try path.removingLastComponent().createDirectory()
        let known = try feedstocks(of: package)
        guard !known.contains(feedstock) else { return }
        try path.replaceContents(with: StrictJSON.encode(Entry(feedstocks: known + [feedstock]), pretty: true))
    }
}

/// The names that become file names in the registry.
enum RegistryName {
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && text.first != "." && text.first != "-"
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "_-.".utf8.contains($0) }
    }

    static func withoutSuffix(_ feedstock: String) -> String {
        feedstock.hasSuffix("-feedstock") ? String(feedstock.dropLast("-feedstock".count)) : feedstock
    }
}
