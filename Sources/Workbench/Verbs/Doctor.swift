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

    /// What somebody said that a build wants of the machine; nil leaves it to the last build of the package, and to a guess where there was none.
    public struct Needs: Sendable {
        public var diskBytes: Int64?
        /// Of one compiler job.
        public var memoryBytes: Int64?
        public init(diskBytes: Int64? = nil, memoryBytes: Int64? = nil) {
            self.diskBytes = diskBytes
            self.memoryBytes = memoryBytes
        }
    }

    public var workspace: Workspace?
    public var python: FilePath?
    /// Names of variables in our environment; values are not looked at.
    public var variableNames: [String]
    public var needs: Needs
    /// conda-forge's output registry: a checkout, one file of all names, or the URL of either.
    public var outputRegistry: String?
    /// What earlier builds took.
    public var history: BuildHistory?

    public init(
        workspace: Workspace?, python: FilePath?, variableNames: [String], needs: Needs = Needs(), outputRegistry: String? = nil,
        history: BuildHistory? = nil
    ) {
        self.workspace = workspace
        self.python = python
        self.variableNames = variableNames
        self.needs = needs
        self.outputRegistry = outputRegistry
        self.history = history
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
        let earlier = earlierBuilds()
        checks.append(disk(earlier))
        checks.append(memory(earlier))
        if let last = earlier.last(where: \.isSuccess) { checks.append(time(last)) }
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
        checks.append(await clock(of: feedstock, in: workspace))
        checks.append(await outputs(of: feedstock))
        checks += labels(of: feedstock, in: workspace)
        checks += await target(of: feedstock, in: workspace)
        checks += await images(of: feedstock, in: workspace, engine)
        return checks
    }

    private func earlierBuilds() -> [BuildNeeds] {
        guard let workspace, let history, let journal = try? Journal(reading: workspace.journal),
            let opened = WorkspaceState(journal.entries).opened
        else { return [] }
        return history.builds(of: opened.name)
    }

    func check(_ name: String, _ body: () async throws -> (Check.Status, String, String?)) async -> Check {
        do {
            let (status, detail, hint) = try await body()
            return Check(name: name, status: status, detail: detail, hint: hint)
        } catch {
            let explained = error as? any Explained
            return Check(name: name, status: .failed, detail: explained?.message ?? "\(error)", hint: explained?.hint)
        }
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
                    // What was built locally and never pushed has no digest but its own.
                    let digest = image.digests.first.map { ", known to registries as \($0.prefix(19))" } ?? ", made on this machine"
                    return (.ok, "`\(name)` is \(image.id.prefix(19))\(digest)", nil)
                })
        }
        return checks
    }
}
