import Foundation
import Processes
import SystemPackage

/// A git checkout, read by git itself and never changed.
struct GitRepository: Sendable {
    let root: FilePath

    /// What would make two people's checkouts of one commit differ is switched off, and nothing that runs a program is taken from the configuration.
    private static let options = [
        "--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "core.autocrlf=false", "-c", "core.eol=lf", "-c",
        "core.attributesFile=/dev/null",
    ]

    /// The variables that would point git at another repository than the one it is told.
    static let pointers: Set<String> = [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
    ]

    /// Runs git in the checkout. Nothing of the caller's environment may point git at another repository.
    func run(_ arguments: [String], input: [UInt8]? = nil, limit: Int = 64 << 20) async throws(FeedstockError) -> ProcessResult {
        let command = Command(
            "git", ["-C", root.string] + Self.options + arguments,
            environment: .inherited(
                removing: Self.pointers,
                adding: ["GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"]),
            input: input, timeout: .seconds(120))
        do { return try await command.run(limit: limit) } catch { throw .git(error) }
    }

    /// The output of a git command that must succeed, without its last newline.
    func line(_ arguments: [String]) async throws(FeedstockError) -> String {
        let result = try await run(arguments)
        guard result.exit.isSuccess else {
            let text = result.errorText.trimmingCharacters(in: .whitespacesAndNewlines)
            throw .git(.failed("git \(arguments.first ?? "")", exit: result.exit, text: String(text.suffix(500))))
        }
        return result.outputText.trimmingCharacters(in: .newlines)
    }

    /// The full name of the commit that `revision` means; nil if there is none.
    func commit(_ revision: String) async throws(FeedstockError) -> String? {
        // `--end-of-options` keeps a revision that begins with a hyphen from being an option.
        let result = try await run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"])
        let name = result.outputText.trimmingCharacters(in: .whitespacesAndNewlines)
        return result.exit.isSuccess && !name.isEmpty ? name : nil
    }

    /// Every file of the commit: path, mode and object.
    func tree(of commit: String) async throws(FeedstockError) -> [GitTreeEntry] {
        let result = try await run(["ls-tree", "-r", "-z", "--full-tree", commit])
        guard result.exit.isSuccess else { throw .unknownCommit(commit) }
        var entries: [GitTreeEntry] = []
        for record in result.output.split(separator: 0) {
            // `mode SP type SP object TAB path`
            guard let tab = record.firstIndex(of: 9), let path = String(validating: record[(tab + 1)...], as: UTF8.self) else {
                throw .unexpectedGitOutput("a path that is not UTF-8")
            }
            let fields = String(decoding: record[..<tab], as: UTF8.self).split(separator: " ")
            guard fields.count == 3 else { throw .unexpectedGitOutput("a tree entry of \(fields.count) fields") }
            entries.append(GitTreeEntry(path: path, mode: String(fields[0]), object: String(fields[2])))
        }
        return entries
    }

    /// Those of `paths` that a checkout changes, by `.gitattributes`: line ends (every feedstock's `*.bat`), encodings, filters.
    func pathsWithAttributes(_ paths: [String]) async throws(FeedstockError) -> Set<String> {
        let names = ["eol", "text", "crlf", "ident", "filter", "working-tree-encoding"]
        let result = try await run(["check-attr", "-z", "--stdin"] + names, input: paths.flatMap { Array($0.utf8) + [0] })
        guard result.exit.isSuccess else { throw .unexpectedGitOutput("`check-attr` ended with \(result.exit)") }
        // `path NUL attribute NUL value NUL`
        let fields = result.output.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        var found: Set<String> = []
        for start in stride(from: 0, to: fields.count - 2, by: 3) where !["unspecified", "unset"].contains(fields[start + 2]) {
            found.insert(fields[start])
        }
        return found
    }

    /// The bytes of one object as a checkout writes them at `path`.
    func checkedOut(_ object: String, at path: String) async throws(FeedstockError) -> Data {
        let result = try await run(["cat-file", "--filters", "--path=\(path)", object])
        guard result.exit.isSuccess else { throw .unexpectedGitOutput("no object `\(object)` for `\(path)`") }
        return Data(result.output)
    }

    /// The bytes of `objects`, in their order, from one git process.
    func blobs(_ objects: [String]) async throws(FeedstockError) -> [Data] {
        guard !objects.isEmpty else { return [] }
        let result = try await run(["cat-file", "--batch"], input: Array((objects.joined(separator: "\n") + "\n").utf8))
        guard result.exit.isSuccess else { throw .unexpectedGitOutput("`cat-file` ended with \(result.exit)") }
        var rest = result.output[...]
        var contents: [Data] = []
        for object in objects {
            guard let newline = rest.firstIndex(of: 10) else { throw .unexpectedGitOutput("no object `\(object)`") }
            let header = String(decoding: rest[..<newline], as: UTF8.self).split(separator: " ")
            guard header.count == 3, header[0] == object, header[1] == "blob", let size = Int(header[2]),
                rest.count >= newline - rest.startIndex + size + 2
            else { throw .unexpectedGitOutput("no object `\(object)`") }
            let start = newline + 1
            contents.append(Data(rest[start..<(start + size)]))
            rest = rest[(start + size + 1)...]
        }
        return contents
    }
}
