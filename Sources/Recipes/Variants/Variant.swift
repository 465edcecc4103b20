public import Basics
public import Conda
import Cryptography
import Foundation
import YAMLReading

/// One `.ci_support/*.yaml`: one build job of a rendered feedstock.
public struct Variant: Hashable, Sendable {
    /// The file's name without `.yaml`: what conda-forge's scripts call `CONFIG`. It may be longer than a file name can be.
    public let configName: String
    /// The subdir that is built for.
    public let subdir: Subdir
    /// By tag, as the feedstock says it; the plan pins it by digest. Nil for jobs that run in no container.
    public let dockerImage: String?
    /// In order of priority.
    public let channelSources: [String]
    /// Where conda-forge's own CI would upload to.
    public let channelTargets: [ChannelTarget]
    /// The system library that the artifact is built against: `sysroot` with `2.17`, `2.28`, … on Linux.
    public let cStandardLibrary: String?
    public let cStandardLibraryVersion: String?
    /// All keys as written, each with its list of values.
    public let values: [String: [String]]
    /// The file's own digest.
    public let sha256: SHA256Digest

    /// A name that is safe in file names, containers and hosts, and short: the config's own name where that is so already.
    ///
    /// Otherwise its first 64 safe characters, a hyphen and 16 hexadecimal digits of the SHA-256 of the config's name.
    public var identifier: String {
        func isSafe(_ byte: UInt8) -> Bool {
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
        if configName.utf8.count <= 200, configName.utf8.allSatisfy(isSafe), configName.first != ".", configName.first != "-" { return configName }
        let safe = configName.utf8.map { isSafe($0) ? $0 : UInt8(ascii: "_") }.drop { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        return String(decoding: safe.prefix(64), as: UTF8.self) + "-" + SHA256Digest(of: configName).hexadecimal.prefix(16)
    }

    /// The labels of all targets, each once: an artifact goes to one, so a plan refuses more.
    public var labels: [Label] {
        var seen: Set<Label> = []
        return channelTargets.map(\.label).filter { seen.insert($0).inserted }
    }

    init(configName: String, content: Data) throws(FeedstockError) {
        let file = ".ci_support/\(configName).yaml"
        let root: YAMLValue
        do { root = try YAMLValue(parsing: content) } catch { throw .yaml(file: file, error) }
        guard let members = root.mapping else { throw .setting(file: file, key: "the document", problem: "is not a mapping") }
        var values: [String: [String]] = [:]
        for member in members { if let strings = member.value.strings { values[member.key] = strings } }

        func single(_ key: String) throws(FeedstockError) -> String? {
            guard let list = values[key], !list.isEmpty else { return nil }
            guard list.count == 1 else { throw .setting(file: file, key: key, problem: "has \(list.count) values, but a rendered variant has one") }
            return list[0]
        }
        self.configName = configName
        sha256 = SHA256Digest(of: content)
        self.values = values
        dockerImage = try single("docker_image")
        cStandardLibrary = try single("c_stdlib")
        cStandardLibraryVersion = try single("c_stdlib_version")
        channelSources = (values["channel_sources"] ?? []).flatMap { $0.split(separator: ",") }.map { $0.trimmingCharacters(in: .whitespaces) }
        var targets: [ChannelTarget] = []
        for text in values["channel_targets"] ?? [] {
            guard let target = ChannelTarget(parsing: text) else {
                throw .setting(file: file, key: "channel_targets", problem: "is `\(text)`, not an owner and a label such as `conda-forge main`")
            }
            targets.append(target)
        }
        channelTargets = targets
        let platform = try single("target_platform") ?? Self.platform(in: configName)
        do { subdir = try Subdir(parsing: platform) } catch {
            throw .setting(file: file, key: "target_platform", problem: "is `\(platform)`, which is not a subdir such as `linux-64`")
        }
    }

    /// Old renderings name the platform only in the file's name: `linux_64_`, `osx_arm64_python3.12`.
    private static func platform(in configName: String) -> String { configName.split(separator: "_").prefix(2).joined(separator: "-") }
}
