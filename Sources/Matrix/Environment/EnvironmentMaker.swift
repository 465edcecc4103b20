import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Processes
public import SystemPackage

/// Solves environments for other systems and makes them on this one, through py-rattler and the script that is embedded here.
///
/// An environment lies at `root/<digest of its solution>` and stays there: packages are relocated to that path, and containers
/// see it at the same one. Link scripts of packages are never run.
public struct EnvironmentMaker: Sendable {
    /// What came of a request.
    public enum Answer: Sendable, Hashable {
        case made(prefix: FilePath, solution: Solution, virtualPackages: [VirtualPackage], isReused: Bool)
        case uninstallable(message: String, virtualPackages: [VirtualPackage])
        /// The solver took it, but a package could not be fetched or linked.
        case broken(message: String)
    }

    struct Request: Encodable, Hashable, Sendable {
        var channels: [String]
        var subdir: String
        var specs: [String]
        var root: String
        var cache: String
        var virtualPackages: [VirtualPackage]
        var detect: [String]
        var index: [String]
        var seconds: Int
        var archives: String?
        /// Where the archives are seen in a cell.
        var place: String

        enum CodingKeys: String, CodingKey {
            case channels, subdir, specs, root, cache, detect, index, seconds, archives, place
            case virtualPackages = "virtual_packages"
        }
    }

    private struct Reply: Decodable {
        var state: String
        var message: String?
        var step: String?
        var prefix: String?
        var records: [Solution.Record]?
        var digest: SHA256Digest?
        var virtualPackages: [VirtualPackage]?
        var reused: Bool?

        enum CodingKeys: String, CodingKey {
            case state, message, step, prefix, records, digest, reused
            case virtualPackages = "virtual_packages"
        }
    }

    /// The Python that py-rattler is installed for.
    public let python: FilePath
    /// Where environments and what they are made of are kept between runs.
    public let root: FilePath
    public let timeout: Duration

    public init(python: FilePath, root: FilePath, timeout: Duration = .seconds(900)) {
        self.python = python
        self.root = root.absolute
        self.timeout = timeout
    }

    var environments: FilePath { root.appending("environments") }

    /// The packages of a solution as a channel of their own, for clients in cells.
    func archives(of solution: Solution) -> FilePath { archives.appending(String(solution.digest.hexadecimal.prefix(32))) }
    private var archives: FilePath { root.appending("archives") }

    /// Writes the `repodata.json` of a channel in a folder.
    func index(_ channel: FilePath) async throws(MatrixError) {
        let reply = try await ask(request(channels: [], subdir: "noarch", specs: [], virtualPackages: [], detect: [], index: [channel.string]))
        guard reply.state == "indexed" else { throw .client(reason: reply.message ?? reply.state) }
    }

    /// Solves `specs` for a system with these virtual packages; `detect` names those that are taken from this machine.
    func make(
        specs: [String], channels: [String], subdir: String, virtualPackages: [VirtualPackage], detect: [String],
        layingOutArchives: Bool = false
    ) async throws(MatrixError) -> Answer {
        var request = request(channels: channels, subdir: subdir, specs: specs, virtualPackages: virtualPackages, detect: detect, index: [])
        if layingOutArchives { request.archives = archives.string }
        let reply = try await ask(request)
        let packages = reply.virtualPackages ?? virtualPackages
        switch reply.state {
        case "made":
            guard let prefix = reply.prefix, let records = reply.records, let digest = reply.digest else {
                throw .client(reason: "its answer lacks a part")
            }
            let solution = Solution(records: records)
            guard solution.digest == digest, FilePath(prefix) == environments.appending(String(digest.hexadecimal.prefix(32))) else {
                throw .client(reason: "its answer names another solution than it holds")
            }
            return .made(prefix: FilePath(prefix), solution: solution, virtualPackages: packages, isReused: reply.reused ?? false)
        case "uninstallable": return .uninstallable(message: Self.tidy(reply.message ?? ""), virtualPackages: packages)
        case "failed" where reply.step == "install": return .broken(message: Self.tidy(reply.message ?? ""))
        default: throw .client(reason: Self.tidy(reply.message ?? reply.state))
        }
    }

    private func request(
        channels: [String], subdir: String, specs: [String], virtualPackages: [VirtualPackage], detect: [String], index: [String]
    ) -> Request {
        Request(
            channels: channels, subdir: subdir, specs: specs, root: environments.string, cache: root.appending("cache").string,
            virtualPackages: virtualPackages, detect: detect, index: index, seconds: 300,
            place: TestStep.Places.container.packages.string)
    }

    private func ask(_ request: Request) async throws(MatrixError) -> Reply {
        do throws(FileError) { try root.createDirectory() } catch { throw .file(error) }
        let input: Data
        do throws(JSONError) { input = try StrictJSON.encode(request) } catch { throw .client(reason: error.message) }
        // -I: nothing of the user's own Python gets in. HOME is ours, so that no configuration and no token store is found.
        let command = Command(
            .path(python), ["-I", "-c", Self.script], environment: Self.environment(home: root), workingDirectory: root, input: Array(input),
            timeout: timeout)
        let result: ProcessResult
        do throws(ProcessError) { result = try await command.run() } catch .cancelled { throw .cancelled } catch { throw .process(error) }
        guard result.exit.isSuccess else {
            throw .client(reason: "it ended with \(result.exit): " + result.errorText.split(separator: "\n").suffix(3).joined(separator: " "))
        }
        do throws(JSONError) { return try StrictJSON.decode(Reply.self, from: Data(result.output)) } catch { throw .client(reason: error.message) }
    }

    private static var script: String { String(decoding: PackageResources.environment_py, as: UTF8.self) }

    private static func environment(home: FilePath) -> ChildEnvironment {
        .inherited(
            removing: ["CONDARC", "CONDA_PREFIX", "RATTLER_AUTH_FILE", "NETRC", "PYTHONPATH", "PYTHONHOME"],
            adding: ["HOME": home.string, "XDG_CONFIG_HOME": home.appending("none").string, "XDG_CACHE_HOME": home.appending("cache").string])
    }

    /// A solver's words for one paragraph: the tree's lines without its drawing.
    static func tidy(_ text: String) -> String {
        text.split(separator: "\n").map { line in line.drop { " └├│─".contains($0) } }.filter { !$0.isEmpty }.joined(separator: " ")
    }
}
