import Basics
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Processes
import Synchronization
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

    /// What an environment is to be made of, and for which system.
    struct Need: Hashable, Sendable {
        var specs: [String]
        var channels: [String]
        var subdir: String
        var virtualPackages: [VirtualPackage]
        /// The virtual packages that are taken from this machine.
        var detect: [String]
        /// Whether the packages are wanted as a channel of their own, too.
        var isLaidOut = false
        /// The folder on Windows below which the environment is to lie; nil for other systems, which have it where it was made.
        var windows: String?
    }

    private struct Request: Encodable {
        var id: Int
        var channels: [String]
        var subdir: String
        var specs: [String]
        var root: String
        var cache: String
        var virtualPackages: [VirtualPackage]
        var detect: [String]
        var index: [String]
        /// For the solver, and for all of it.
        var seconds: Int
        var limit: Int
        var archives: String?
        /// Where the archives are seen in a cell.
        var place: String
        var windows: String?

        enum CodingKeys: String, CodingKey {
            case id, channels, subdir, specs, root, cache, detect, index, seconds, limit, archives, place, windows
            case virtualPackages = "virtual_packages"
        }
    }

    private struct Reply: Decodable, Sendable {
        var id: Int
        var state: String
        var message: String?
        var step: String?
        var prefix: String?
        var records: [Solution.Record]?
        var digest: SHA256Digest?
        var virtualPackages: [VirtualPackage]?
        var reused: Bool?

        enum CodingKeys: String, CodingKey {
            case id, state, message, step, prefix, records, digest, reused
            case virtualPackages = "virtual_packages"
        }
    }

    /// The Python that py-rattler is installed for.
    public let python: FilePath
    /// Where environments and what they are made of are kept between runs.
    public let root: FilePath
    /// How many seconds one environment may take.
    public let limit: Int

    public init(python: FilePath, root: FilePath, limit: Int = 900) {
        self.python = python
        self.root = root.absolute
        self.limit = limit
    }

    var environments: FilePath { root.appending("environments") }

    /// The packages of a solution as a channel of their own, for clients in cells.
    func archives(of solution: Solution) -> FilePath { archives.appending(String(solution.digest.hexadecimal.prefix(32))) }
    private var archives: FilePath { root.appending("laid-out") }

    /// Writes the `repodata.json` of a channel in a folder.
    func index(_ channel: FilePath) async throws(MatrixError) {
        var request = request(.init(specs: [], channels: [], subdir: "noarch", virtualPackages: [], detect: []), id: 0)
        request.index = [channel.string]
        let answers = Mutex<[Reply]>([])
        try await ask([request]) { reply in answers.withLock { $0.append(reply) } }
        guard let reply = answers.withLock({ $0.first }) else { throw .client(reason: Self.noAnswer) }
        guard reply.state == "indexed" else { throw .client(reason: reply.message ?? reply.state) }
    }

    /// Solves and makes environments one after another in one process, and hands each answer over as soon as it is there.
    ///
    /// Every need is answered once, or an error is thrown. A single need's own trouble is its answer alone.
    func make(
        _ needs: [Need], onAnswer: @escaping @Sendable (Need, Result<Answer, MatrixError>) -> Void
    ) async throws(MatrixError) {
        let left = Mutex(Set(needs.indices))
        try await ask(needs.enumerated().map { request($0.element, id: $0.offset) }) { reply in
            guard left.withLock({ $0.remove(reply.id) }) != nil else { return }
            let need = needs[reply.id]
            onAnswer(need, answer(reply, to: need))
        }
        guard left.withLock(\.isEmpty) else { throw .client(reason: Self.noAnswer) }
    }

    private static let noAnswer = "it ended without an answer"

    private func answer(_ reply: Reply, to need: Need) -> Result<Answer, MatrixError> {
        let packages = reply.virtualPackages ?? need.virtualPackages
        switch reply.state {
        case "made":
            guard let prefix = reply.prefix, let records = reply.records, let digest = reply.digest else {
                return .failure(.client(reason: "its answer lacks a part"))
            }
            let solution = Solution(records: records)
            guard solution.digest == digest, FilePath(prefix) == environments.appending(String(digest.hexadecimal.prefix(32))) else {
                return .failure(.client(reason: "its answer names another solution than it holds"))
            }
            return .success(.made(prefix: FilePath(prefix), solution: solution, virtualPackages: packages, isReused: reply.reused ?? false))
        case "uninstallable": return .success(.uninstallable(message: Self.tidy(reply.message ?? ""), virtualPackages: packages))
        case "failed" where reply.step == "install": return .success(.broken(message: Self.tidy(reply.message ?? "")))
        default: return .failure(.client(reason: Self.tidy(reply.message ?? reply.state)))
        }
    }

    private func request(_ need: Need, id: Int) -> Request {
        Request(
            id: id, channels: need.channels, subdir: need.subdir, specs: need.specs, root: environments.string,
            cache: root.appending("cache").string, virtualPackages: need.virtualPackages, detect: need.detect, index: [], seconds: min(300, limit),
            limit: limit, archives: need.isLaidOut ? archives.string : nil, place: TestStep.Places.container.packages.string,
            windows: need.windows)
    }

    private func ask(_ requests: [Request], onReply: @escaping @Sendable (Reply) -> Void) async throws(MatrixError) {
        do throws(FileError) { try root.createDirectory() } catch { throw .file(error) }
        var input: [UInt8] = []
        do throws(JSONError) { for request in requests { input += try StrictJSON.encode(request) + [UInt8(ascii: "\n")] } } catch {
            throw .client(reason: error.message)
        }
        // -I: nothing of the user's own Python gets in. HOME is ours, so that no configuration and no token store is found.
        let command = Command(
            .path(python), ["-I", "-c", Self.script], environment: Self.environment(home: root), workingDirectory: root, input: input)
        let complaints = Mutex<[String]>([])
        let trouble = Mutex<JSONError?>(nil)
        let exit: ProcessExit
        do throws(ProcessError) {
            exit = try await command.stream(lineLimit: 64 << 20) { line in
                guard line.stream == .output else { return complaints.withLock { $0 = $0.suffix(2) + [line.text] } }
                do throws(JSONError) { onReply(try StrictJSON.decode(Reply.self, from: Data(line.text.utf8))) } catch {
                    trouble.withLock { $0 = $0 ?? error }
                }
            }
        } catch .cancelled { throw .cancelled } catch { throw .process(error) }
        guard exit.isSuccess else {
            throw .client(reason: "it ended with \(exit): " + complaints.withLock { $0.joined(separator: " ") })
        }
        if let trouble = trouble.withLock({ $0 }) { throw .client(reason: trouble.message) }
    }

    private static var script: String {
        String(decoding: PackageResources.windows_py, as: UTF8.self) + String(decoding: PackageResources.environment_py, as: UTF8.self)
    }

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
