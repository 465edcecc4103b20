import Files
import Foundation
import JSONReading
public import SystemPackage
import YAMLReading

/// conda-forge's `feedstock-outputs`, as a checkout or as the one file that is made of it: which feedstock may make which package.
///
/// conda-forge's CI asks it after hours of compiling; we ask it before.
public struct OutputRegistry: Sendable {
    public enum Verdict: Hashable, Sendable {
        case registered
        /// A pattern of the allow-list lets the feedstock add such names.
        case allowed(pattern: String)
        case registeredTo([String])
        case unregistered
        /// The name holds an expression that only the build tool can evaluate.
        case unread

        public var isGood: Bool {
            switch self {
            case .registered, .allowed: true
            case .registeredTo, .unregistered, .unread: false
            }
        }
    }

    private struct Configuration: Decodable {
        var outputsPath: String?
        var shardLevel: Int?
        var shardFill: String?
        enum CodingKeys: String, CodingKey {
            case outputsPath = "outputs_path"
            case shardLevel = "shard_level"
            case shardFill = "shard_fill"
        }
    }

    private struct Entry: Decodable { var feedstocks: [String] }

    /// Nil for a registry that is one file.
    private var folder: FilePath?
    private var table: [String: [String]]
    private let outputsPath: String
    private let shardLevel: Int
    private let shardFill: String
    private let allowed: [String: [String]]

    private init(table: [String: [String]]) {
        self.table = table
        (folder, outputsPath, shardLevel, shardFill, allowed) = (nil, "outputs", 3, "z", [:])
    }

    /// Reads a file of `{"OUTPUT": ["FEEDSTOCK", …], …}`, or takes a checkout's folder.
    public static func read(_ path: FilePath) throws(FeedstockError) -> OutputRegistry {
        guard path.isRegularFile else { return try OutputRegistry(folder: path) }
        let content: Data
        do { content = try path.contents(limit: 256 << 20) } catch { throw .file(error) }
        do { return OutputRegistry(table: try StrictJSON.decode([String: [String]].self, from: content, limits: .init(bytes: 256 << 20))) } catch {
            throw .setting(file: path.lastComponent?.string ?? "", key: "the document", problem: "cannot be read: \(error.message)")
        }
    }

    public init(folder: FilePath) throws(FeedstockError) {
        self.folder = folder
        table = [:]
        guard folder.isDirectory else { throw .notThere(folder) }
        let configuration: Configuration? = try Self.json(folder.appending("config.json"))
        outputsPath = configuration?.outputsPath ?? "outputs"
        shardLevel = configuration?.shardLevel ?? 3
        shardFill = configuration?.shardFill ?? "z"
        guard (0...8).contains(shardLevel), shardFill.count == 1, !outputsPath.contains(".."), !outputsPath.hasPrefix("/") else {
            throw .setting(file: "config.json", key: "shard_level", problem: "or its companions cannot be used")
        }
        let list = folder.appending("feedstock_outputs_autoreg_allowlist.yml")
        guard list.exists else {
            allowed = [:]
            return
        }
        let content: Data
        do { content = try list.contents() } catch { throw .file(error) }
        do { allowed = try YAML.decode([String: [String]].self, from: content) } catch .empty { allowed = [:] } catch {
            throw .yaml(file: list.lastComponent?.string ?? "", error)
        }
    }

    /// The same with what it says of `outputs` in memory, so that its files may go away.
    public func loaded(_ outputs: [RecipeOutline.Output]) throws(FeedstockError) -> OutputRegistry {
        var copy = self
        for output in outputs where output.isResolved { copy.table[output.name] = try feedstocks(making: output.name) }
        copy.folder = nil
        return copy
    }

    /// Where the registry keeps `output`: the first alphanumeric characters of its lower-cased name are the folders, filled up with `z`.
    public func shard(of output: String) throws(FeedstockError) -> String {
        let isName = output.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "_-.".utf8.contains($0) }
        guard !output.isEmpty, isName, output.first != "." else { throw .notAnOutput(output) }
        let characters = output.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(shardLevel).map(String.init)
        let folders = characters + Array(repeating: shardFill, count: shardLevel - characters.count)
        return ([outputsPath] + folders + ["\(output).json"]).joined(separator: "/")
    }

    /// The feedstocks that may make `output`; nil when nobody may yet.
    public func feedstocks(making output: String) throws(FeedstockError) -> [String]? {
        let place = try shard(of: output)
        guard let folder else { return table[output] }
        let entry: Entry? = try Self.json(folder.pushing(FilePath(place)))
        return entry?.feedstocks
    }

    /// Whether `feedstock` (without `-feedstock`) may make `output`.
    public func verdict(on output: RecipeOutline.Output, of feedstock: String) throws(FeedstockError) -> Verdict {
        guard output.isResolved else { return .unread }
        let registered = try feedstocks(making: output.name)
        if let registered, registered.contains(feedstock) { return .registered }
        if registered == nil, let pattern = allowed[feedstock]?.first(where: { fnmatch($0, output.name, FNM_NOESCAPE) == 0 }) {
            return .allowed(pattern: pattern)
        }
        return registered.map(Verdict.registeredTo) ?? .unregistered
    }

    private static func json<Value: Decodable>(_ path: FilePath) throws(FeedstockError) -> Value? {
        guard path.exists else { return nil }
        let content: Data
        do { content = try path.contents(limit: 1 << 20) } catch { throw .file(error) }
        do { return try StrictJSON.decode(Value.self, from: content) } catch {
            throw .setting(file: path.lastComponent?.string ?? "", key: "the document", problem: "cannot be read: \(error.message)")
        }
    }
}
