import Basics
import Conda
import Containers
import Files
import Foundation
import Processes
import Recipes
public import SystemPackage

/// Looks for everything that would otherwise fail after hours.
public struct Doctor: Sendable {
    public struct Check: Hashable, Sendable, Codable {
        public enum Status: String, Sendable, Codable { case ok, warning, failed }
        public let name: String
        public let status: Status
        public let detail: String
        public let hint: String?
    }

    /// What a build wants of the machine, where nobody said otherwise.
    public struct Needs: Sendable {
        public var diskBytes: Int64
        public var memoryBytes: Int64
        public init(diskBytes: Int64 = 10 << 30, memoryBytes: Int64 = 2 << 30) {
            self.diskBytes = diskBytes
            self.memoryBytes = memoryBytes
        }
    }

    public var workspace: Workspace?
    public var python: FilePath?
    /// Names of variables in our environment; values are not looked at.
    public var variableNames: [String]
    public var needs: Needs
    /// A checkout of conda-forge's output registry.
    public var outputRegistry: FilePath?

    public init(workspace: Workspace?, python: FilePath?, variableNames: [String], needs: Needs = Needs(), outputRegistry: FilePath? = nil) {
        self.workspace = workspace
        self.python = python
        self.variableNames = variableNames
        self.needs = needs
        self.outputRegistry = outputRegistry
    }

    /// All checks, in the order in which a person would mend things. Nothing here changes anything.
    public func run() async -> [Check] {
        var checks: [Check] = []
        var engine: Engine?
        checks.append(
            await check("engine") {
                let found = try await EngineChoice.find(workspace?.settings.engine)
                engine = found.engine
                return (
                    .ok,
                    "\(found.facts.kind.rawValue) \(found.facts.version)\(found.facts.isRootless ? ", rootless" : ""), storage \(found.facts.storage)",
                    nil
                )
            })
        checks.append(disk())
        checks.append(memory())
        checks.append(secrets())
        checks.append(await pythonCheck())
        guard let workspace else { return checks }
        var feedstock: Feedstock?
        checks.append(
            await check("feedstock") {
                let found = try await Feedstock.open(workspace.feedstock)
                feedstock = found
                let state = WorkspaceState(try Journal(reading: workspace.journal).entries)
                if let opened = state.opened, opened.commit != found.checkout.commit {
                    throw WorkspaceError.commitMoved(opened: opened.commit, now: found.checkout.commit)
                }
                if let refusal = found.refusals.first { return (.failed, refusal.description, refusal.advice) }
                return (.ok, "\(found.name) at \(found.checkout.commit.prefix(12)), \(found.variants.count) variants", nil)
            })
        guard let feedstock else { return checks }
        for oddity in feedstock.oddities where !oddity.isRefusal {
            checks.append(Check(name: "feedstock", status: .warning, detail: oddity.description, hint: oddity.advice))
        }
        checks.append(outputs(of: feedstock))
        checks += await images(of: feedstock, in: workspace, engine)
        return checks
    }

    private func check(_ name: String, _ body: () async throws -> (Check.Status, String, String?)) async -> Check {
        do {
            let (status, detail, hint) = try await body()
            return Check(name: name, status: status, detail: detail, hint: hint)
        } catch {
            let explained = error as? any Explained
            return Check(name: name, status: .failed, detail: explained?.message ?? "\(error)", hint: explained?.hint)
        }
    }

    private func disk() -> Check {
        let folder = workspace?.feedstock ?? .currentDirectory
        guard let free = try? folder.freeBytes() else {
            return Check(name: "disk", status: .warning, detail: "the free space at `\(folder)` is not known", hint: nil)
        }
        let isEnough = Int64(free) >= needs.diskBytes
        return Check(
            name: "disk", status: isEnough ? .ok : .failed, detail: "\(free >> 30) GiB free, \(needs.diskBytes >> 30) GiB wanted",
            hint: isEnough ? nil : "free some space, or say what the build really needs with `--disk`")
    }

    private func memory() -> Check {
        let total = Int64(ProcessInfo.processInfo.physicalMemory)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let jobs = max(1, min(cores, Int(total / needs.memoryBytes)))
        return Check(
            name: "memory", status: total >= needs.memoryBytes ? .ok : .failed,
            detail: "\(total >> 30) GiB and \(cores) cores: CPU_COUNT=\(jobs) at \(needs.memoryBytes >> 30) GiB a job",
            hint: total >= needs.memoryBytes ? nil : "say what a job really needs with `--memory`")
    }

    private func secrets() -> Check {
        let found = variableNames.filter(SecretNames.contains).sorted()
        return Check(
            name: "secrets", status: found.isEmpty ? .ok : .warning,
            detail: found.isEmpty ? "no token in the environment" : "\(found.joined(separator: ", ")) in the environment",
            hint: found.isEmpty ? nil : "hallmark gives them to no build, but other tools in this shell may: `unset` them")
    }

    private func pythonCheck() async -> Check {
        await check("solver") {
            guard let python else {
                return (.failed, "no Python with py-rattler is named", "set HALLMARK_PYTHON, or run `scripts/setup-python.sh`")
            }
            let result = try await Command(
                .path(python), ["-I", "-c", "import sys, importlib.metadata; sys.stdout.write(importlib.metadata.version('py-rattler'))"],
                timeout: .seconds(60)
            ).run()
            guard result.exit.isSuccess else { return (.failed, "`\(python)` has no py-rattler", "run `scripts/setup-python.sh`") }
            return (.ok, "py-rattler \(result.outputText.trimmingCharacters(in: .whitespacesAndNewlines))", nil)
        }
    }

    private func outputs(of feedstock: Feedstock) -> Check {
        guard let outputRegistry else {
            return Check(
                name: "outputs", status: .warning, detail: "the output names were not looked up: no registry is named",
                hint: "give a checkout of conda-forge's feedstock-outputs with `--output-registry DIR`")
        }
        do {
            let registry = try OutputRegistry(folder: outputRegistry)
            for output in feedstock.recipe.outputs {
                let verdict = try registry.verdict(on: output, of: feedstock.name)
                guard verdict.isGood else {
                    return Check(
                        name: "outputs", status: .failed, detail: "`\(output.name)` may not be made by `\(feedstock.name)`: \(verdict)",
                        hint: "ask for the name with an `add_feedstock_output` request before building")
                }
            }
            return Check(
                name: "outputs", status: .ok, detail: "\(feedstock.recipe.outputs.map(\.name).joined(separator: ", ")) registered", hint: nil)
        } catch {
            return Check(name: "outputs", status: .failed, detail: error.message, hint: error.hint)
        }
    }

    private func images(of feedstock: Feedstock, in workspace: Workspace, _ engine: Engine?) async -> [Check] {
        guard let engine else { return [] }
        let names = Set(feedstock.variants.compactMap { workspace.settings.image ?? $0.dockerImage }).sorted()
        var checks: [Check] = []
        for name in names {
            checks.append(
                await check("image") {
                    guard let image = try await engine.image(name) else {
                        return (.failed, "`\(name)` is not here", ContainerError.imageMissing(name).hint)
                    }
                    return (.ok, "`\(name)` is \(image.id.prefix(19))", nil)
                })
        }
        return checks
    }
}
