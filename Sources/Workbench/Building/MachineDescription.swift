import Basics
import Cryptography
import Files
import Foundation
import SystemPackage

/// The files that say what a machine of Vagrant's is: its Vagrantfile, and what that requires from beside it.
struct MachineDescription {
    /// By their paths from the Vagrantfile's folder, which comes first.
    private(set) var files: [(name: String, digest: SHA256Digest)] = []

    /// What `sha256sum Vagrantfile ../boxes.rb | sha256sum` prints, with the names in this order.
    var digest: SHA256Digest { SHA256Digest(of: files.map { "\($0.digest.hexadecimal)  \($0.name)\n" }.joined()) }

    /// Throws where a file is required by a name that is known only when it runs: then nobody could say what the machine was.
    init(reading folder: FilePath) throws {
        var open: [FilePath] = ["Vagrantfile"]
        while !open.isEmpty {
            let name = open.removeFirst()
            guard !files.contains(where: { $0.name == name.string }) else { continue }
            let data = try folder.pushing(name).contents(limit: 4 << 20)
            files.append((name.string, SHA256Digest(of: data)))
            for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
                guard let required = try Self.required(by: line, in: name) else { continue }
                open.append(name.removingLastComponent().pushing(FilePath(required)).lexicallyNormalized())
            }
        }
    }

    /// The file that a line requires or loads by a relative name, with its ending.
    private static func required(by line: Substring, in name: FilePath) throws -> String? {
        let words = line.drop { $0 == " " || $0 == "\t" }
        guard let verb = ["require_relative", "load"].first(where: { words.hasPrefix($0 + " ") || words.hasPrefix($0 + "(") }) else { return nil }
        let rest = words.dropFirst(verb.count).drop { " (".contains($0) }
        guard let quote = rest.first, quote == "\"" || quote == "'",
            case let text = rest.dropFirst().prefix(while: { $0 != quote }), !text.isEmpty, !text.contains("#{"), !text.hasPrefix("/")
        else {
            throw WorkspaceError.unavailable(
                "`\(name)` requires a file by a name that cannot be read from it: \(words)", hint: "name it in the line, relative to the file")
        }
        return text.hasSuffix(".rb") || verb == "load" ? String(text) : text + ".rb"
    }
}
