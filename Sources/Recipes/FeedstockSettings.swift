import Foundation
import YAMLReading

/// The keys of `conda-forge.yml` that a build by hand must know; the file may hold many more.
public struct FeedstockSettings: Hashable, Sendable {
    public enum BuildTool: Hashable, Sendable, CustomStringConvertible {
        case condaBuild
        case mambabuild
        case rattlerBuild
        case other(String)

        init(_ text: String) {
            switch text {
            case "conda-build", "conda-build+classic", "conda-build+conda-libmamba-solver": self = .condaBuild
            case "mambabuild": self = .mambabuild
            case "rattler-build": self = .rattlerBuild
            default: self = .other(text)
            }
        }

        public var description: String {
            switch self {
            case .condaBuild: "conda-build"
            case .mambabuild: "mambabuild"
            case .rattlerBuild: "rattler-build"
            case .other(let name): name
            }
        }
    }

    /// `docker:` of the file.
    public struct Docker: Hashable, Sendable {
        public var executable = "docker"
        public var fallbackImage: String?
        public var image: String?
        public var runArguments: String?
    }

    public var buildTool = BuildTool.condaBuild
    public var docker = Docker()
    /// By platform as conda-smithy spells it (`linux_64`); the CI services that build it.
    public var providers: [String: [String]] = [:]
    /// `native_and_emulated` and the like: whether tests run when cross-compiling.
    public var test: String?
    /// conda-forge's CI validates the output names after hours of compiling; so we look at them before.
    public var validatesOutputs = false
    /// `2` is `.conda`, `1` is `.tar.bz2`; nil leaves it to the tool.
    public var packageFormat: String?
    public var compressionLevel: Int64?
    public var recipeFolder = "recipe"

    static let fileName = "conda-forge.yml"

    init(_ content: Data) throws(FeedstockError) {
        let root: YAMLValue
        do { root = try YAMLValue(parsing: content) } catch YAMLError.empty { return } catch { throw .yaml(file: Self.fileName, error) }
        guard let members = root.mapping else { throw .setting(file: Self.fileName, key: "the document", problem: "is not a mapping") }
        for member in members {
            let value = member.value
            switch member.key {
            case "conda_build_tool": buildTool = BuildTool(try Self.text(value, member.key))
            case "docker":
                docker.executable = value["executable"]?.string ?? docker.executable
                docker.fallbackImage = value["fallback_image"]?.string
                docker.image = value["image"]?.string
                docker.runArguments = value["run_args"]?.string
            case "provider":
                for platform in value.mapping ?? [] { providers[platform.key] = platform.value.strings ?? [] }
            case "test": test = value.string
            case "conda_forge_output_validation":
                guard let bool = value.bool else { throw .setting(file: Self.fileName, key: member.key, problem: "is neither true nor false") }
                validatesOutputs = bool
            case "conda_build":
                packageFormat = value["pkg_format"]?.string
                compressionLevel = value["zstd_compression_level"]?.integer
            case "recipe_dir": recipeFolder = try Self.folder(try Self.text(value, member.key))
            default: break
            }
        }
    }

    private static func text(_ value: YAMLValue, _ key: String) throws(FeedstockError) -> String {
        guard let text = value.string else { throw .setting(file: fileName, key: key, problem: "is not a text") }
        return text
    }

    /// A folder inside of the feedstock: what is read and mounted must not be chosen by `../..`.
    private static func folder(_ text: String) throws(FeedstockError) -> String {
        let parts = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !parts.isEmpty, !parts.contains(".."), parts.first != ".git" else {
            throw .setting(file: fileName, key: "recipe_dir", problem: "is `\(text)`, which is no folder inside of the feedstock")
        }
        return parts.joined(separator: "/")
    }
}
