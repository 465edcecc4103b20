import Basics
import Conda
public import Containers
import Cryptography
import Files
import Foundation
public import Matrix
import Recipes
public import SystemPackage

/// Builds the variants that are not built yet, one after the other.
public struct VariantBuilding: Sendable {
    public let session: WorkspaceSession
    /// Config names or identifiers; all variants if empty.
    public var variants: [String]
    /// The executable that the shim calls back.
    public var executable: FilePath
    public var jobs: Int?
    public var limits: ContainerRequest.Limits
    public var compilerCache: FilePath?
    public var sccache: FilePath?
    public var keepsFailedContainer: Bool
    /// Starts the kept container of a failed build again, in place of a new one.
    public var continuesKept: Bool
    /// Where what builds took is kept, for saying what remains of this one.
    public var history: BuildHistory?
    /// Goes on although the feedstock has oddities that a reviewer would refuse; they stay in the record.
    public var acceptsOddities: Bool
    public var version: String
    /// How boxes are driven, for variants of systems that no container is.
    public var boxes: BoxSettings?
    /// False tells of the log's last line now and then instead of each.
    public var showsEveryLine = true

    public init(
        session: WorkspaceSession, variants: [String], executable: FilePath, jobs: Int? = nil, limits: ContainerRequest.Limits = .init(),
        compilerCache: FilePath? = nil, keepsFailedContainer: Bool = false, continuesKept: Bool = false, history: BuildHistory? = nil,
        acceptsOddities: Bool = false, version: String
    ) {
        self.session = session
        self.variants = variants
        self.executable = executable
        self.jobs = jobs
        self.limits = limits
        self.compilerCache = compilerCache
        self.keepsFailedContainer = keepsFailedContainer
        self.continuesKept = continuesKept
        self.history = history
        self.acceptsOddities = acceptsOddities
        self.version = version
    }

    public enum Result: Sendable {
        case built(JournalEvent.Built, isNew: Bool)
        case failed(JournalEvent.BuildFailed, hint: String?)
    }

    public enum Progress: Sendable {
        /// `earlier` is the last good build of the package, if one is known; `plan` says where the number of jobs is from, where nobody asked for one.
        case began(variant: String, position: Int, count: Int, earlier: BuildNeeds?, plan: JobPlan?)
        case event(variant: String, BuildEvent)
    }

    /// What became of each variant, in the queue's order. A failed one does not stop the others.
    public func run(onProgress: @escaping @Sendable (Progress) -> Void) async throws -> [Result] {
        async let picked = EngineChoice.pick(session.workspace.settings.engine)
        let feedstock = try await session.feedstock()
        let unfinished = await unfinished()
        try refuse(feedstock, exceptChangesOfABuild: !unfinished.isEmpty)
        let wanted = try variants.isEmpty ? feedstock.variants : variants.map { try feedstock.variant(named: $0) }
        var results: [Result] = []
        for (position, variant) in wanted.enumerated() {
            if let done = try await finished(variant) {
                results.append(.built(done, isNew: false))
                continue
            }
            // What the build that was taken up had changed is put back by now; a new one begins with the commit's files.
            if !unfinished.isEmpty, !unfinished.contains(variant.configName) {
                try refuse(try await session.feedstock(), exceptChangesOfABuild: false)
            }
            let earlier = history?.last(of: feedstock.name, variant: variant.configName)
            let plan = jobs == nil ? JobPlan(earlier: history?.builds(of: feedstock.name) ?? [], limit: limits.memory) : nil
            onProgress(.began(variant: variant.configName, position: position + 1, count: wanted.count, earlier: earlier, plan: plan))
            let onEvent: @Sendable (BuildEvent) -> Void = { onProgress(.event(variant: variant.configName, $0)) }
            if let box = try box(for: variant) {
                results.append(try await build(variant, of: feedstock, in: box, jobs: jobs ?? plan?.jobs, onEvent))
                continue
            }
            let (engine, version) = try await picked
            results.append(try await build(variant, of: feedstock, engine, version, jobs: jobs ?? plan?.jobs, onEvent))
        }
        return results
    }

    private func unfinished() async -> Set<String> {
        Set(await session.state.variants.compactMap { variant in if case .building = variant.status { variant.name } else { nil } })
    }

    /// A build that nobody watches has changed the variant's file and the recipe's folder, as conda-smithy's steps do: that keeps nobody from taking it up.
    private func refuse(_ feedstock: Feedstock, exceptChangesOfABuild isTakenUp: Bool) throws {
        guard !acceptsOddities else { return }
        let refusal = feedstock.refusals.first { refusal in
            guard isTakenUp, case .dirtyTree(let paths) = refusal else { return true }
            return !paths.allSatisfy { path in [".ci_support/", feedstock.settings.recipeFolder + "/"].contains { path.hasPrefix($0) } }
        }
        if let refusal { throw WorkspaceError.unavailable(refusal.description, hint: refusal.advice ?? "") }
    }

    /// The variant's earlier result, if all it made is still there as it was.
    private func finished(_ variant: Variant) async throws -> JournalEvent.Built? {
        guard case .built(let built) = await session.state.variants.first(where: { $0.name == variant.configName })?.status else { return nil }
        for artifact in built.artifacts {
            let path = session.workspace.builtFile(of: artifact, variant: built.variant)
            guard path.exists, try SHA256Digest(ofFile: path) == artifact.sha256 else { return nil }
        }
        // A kill between the journal's line and this left the log there twice.
        try session.workspace.dropPlainLog(of: built)
        return built
    }

    private func build(
        _ variant: Variant, of feedstock: Feedstock, _ engine: Engine, _ engineVersion: String, jobs: Int?,
        _ onEvent: @escaping @Sendable (BuildEvent) -> Void
    ) async throws -> Result {
        let workspace = session.workspace
        guard let reference = workspace.settings.image ?? variant.dockerImage else {
            throw WorkspaceError.missingSetting("the image of `\(variant.configName)`", flag: "--image REFERENCE")
        }
        var lock = workspace.imageLock.exists ? try ImageLock(reading: workspace.imageLock) : ImageLock()
        let image = try await lock.resolve(reference, in: engine, pulling: !reference.hasPrefix("localhost/"))
        try lock.write(to: workspace.imageLock)
        let script =
            feedstock.hasBuildScript
            ? feedstock.root.appending(".scripts").appending("run_docker_build.sh")
            : try ShippedFiles.writeBuildScript(to: workspace.root.appending("scripts"))
        let plan = JournalEvent.Planned(
            variant: variant.configName, variantSHA256: variant.sha256, subdir: variant.subdir, label: workspace.settings.label, image: reference,
            imageID: image.id, imageDigests: image.digests, engine: "\(engine.kind.rawValue) \(engineVersion)",
            script: feedstock.hasBuildScript ? ".scripts/run_docker_build.sh" : "docker/run_docker_build.sh of hallmark \(version)",
            scriptSHA256: try SHA256Digest(ofFile: script))
        let state = await session.state
        let known = state.variants.first { $0.name == variant.configName }
        if known?.planned != plan { try await session.record(.planned(plan)) }
        let started = begin(variant, known)
        let folder = workspace.buildFolder(of: variant.configName)
        try folder.createDirectory()
        var build = FeedstockBuild(
            feedstock: feedstock.root, variant: variant.configName, script: script, recipeFolder: feedstock.settings.recipeFolder, engine: engine,
            image: reference, imageID: image.id, folder: folder.appending("attempt-\(started.attempt)"), workspaceID: workspace.settings.id,
            runID: started.runID, shim: [executable.string, "engine-shim"], feedstockName: feedstock.name + "-feedstock",
            commit: feedstock.checkout.commit, remoteURL: feedstock.checkout.remoteURL ?? "", jobs: jobs, limits: limits,
            compilerCache: compilerCache, sccache: sccache, keepsFailedContainer: keepsFailedContainer)
        build.showsEveryLine = showsEveryLine
        if continuesKept, started.continues != nil, known?.status != .building(started), try await !build.isKept() {
            throw WorkspaceError.nothingTo("continue", needs: "the container of `\(variant.configName)`'s failed build was not kept")
        }
        if known?.status != .building(started) { try await session.record(.buildStarted(started)) }
        let outcome = try await started.continues == nil ? build.run(onEvent: onEvent) : build.continueKept(onEvent: onEvent)
        history?.append(BuildNeeds(outcome), of: feedstock.name)
        return try await settle(outcome, of: started, in: folder)
    }

    /// A build that was begun and never ended is taken up again under its own number; a failed one gets the next, or goes on in its kept container.
    func begin(_ variant: Variant, _ known: WorkspaceState.Variant?) -> JournalEvent.BuildStarted {
        if case .building(let unfinished) = known?.status { return unfinished }
        var attempt = (known?.attempts ?? 0) + 1
        var continues: Int?
        if continuesKept, case .failed(let failed) = known?.status {
            attempt = failed.attempt
            continues = attempt
        }
        let id = "manual_\(session.workspace.settings.id)_\(SHA256Digest(of: variant.configName).hexadecimal.prefix(6))_\(attempt)"
        return .init(variant: variant.configName, attempt: attempt, runID: id, continues: continues)
    }

    /// Keeps what was made in the workspace, where no later build writes, and puts the result into the journal.
    func settle(
        _ outcome: BuildOutcome, of started: JournalEvent.BuildStarted, in folder: FilePath, host: [String: String]? = nil
    ) async throws -> Result {
        let workspace = session.workspace
        let log = JournalEvent.FileReference(
            path: workspace.relative(FilePath(outcome.log.path)), sha256: outcome.log.sha256, byteCount: outcome.log.byteCount)
        if let failure = outcome.failure {
            let broken = try outcome.broken.map { product in
                let target = folder.appending("broken").appending(product.name.fileName)
                try keep(FilePath(product.path), at: target)
                return try workspace.reference(target)
            }
            let event = JournalEvent.BuildFailed(
                variant: started.variant, attempt: started.attempt, reason: failure.message, log: log,
                phases: outcome.phases.map { .init(name: $0.name, seconds: $0.seconds) }, resources: outcome.resources,
                samples: try samples(of: started, in: folder), broken: broken,
                compilerCache: outcome.compilerCache, sccache: outcome.sccache)
            try await session.record(.buildFailed(event))
            return .failed(event, hint: failure.hint)
        }
        var artifacts: [JournalEvent.ArtifactReference] = []
        for product in outcome.artifacts {
            guard let subdir = product.subdir else { continue }
            let artifact = JournalEvent.ArtifactReference(subdir: subdir, name: product.name, sha256: product.sha256, byteCount: product.byteCount)
            let target = workspace.builtFile(of: artifact, variant: started.variant)
            try keep(FilePath(product.path), at: target)
            guard try SHA256Digest(ofFile: target) == product.sha256 else { throw WorkspaceError.artifactChanged(product.path) }
            artifacts.append(artifact)
        }
        let record = folder.appending("attempt-\(started.attempt)").appending("engine.json")
        let event = JournalEvent.Built(
            variant: started.variant, attempt: started.attempt, runID: started.runID, startedOn: outcome.started, finishedOn: outcome.finished,
            artifacts: artifacts, log: log, compressedLog: try workspace.compressLog(FilePath(outcome.log.path)),
            phases: outcome.phases.map { .init(name: $0.name, seconds: $0.seconds) },
            engineRecord: record.exists ? try workspace.reference(record) : nil,
            host: (host ?? Self.host(outcome.record?.engine, outcome.jobs)).merging(outcome.cacheWords) { $1 }.merging(
                started.continues.map { ["continues": "attempt \($0), in its own container"] } ?? [:]
            ) { $1 },
            resources: outcome.resources, samples: try samples(of: started, in: folder), compilerCache: outcome.compilerCache,
            sccache: outcome.sccache, continues: started.continues)
        try await session.record(.built(event))
        try workspace.dropPlainLog(of: event)
        return .built(event, isNew: true)
    }

    private func samples(of started: JournalEvent.BuildStarted, in folder: FilePath) throws -> JournalEvent.FileReference? {
        let file = folder.appending("attempt-\(started.attempt)").appending("resources.jsonl")
        return file.exists ? try session.workspace.reference(file) : nil
    }

    private func keep(_ source: FilePath, at target: FilePath) throws {
        try target.removingLastComponent().createDirectory()
        let temporary = target.removingLastComponent().appending(".\(target.lastComponent?.string ?? "").part")
        try temporary.removeAll()
        try source.copyTree(to: temporary)
        try temporary.move(to: target)
    }

    private static func host(_ engine: EngineFacts?, _ jobs: Int?) -> [String: String] {
        var host = [
            "cores": "\(ProcessInfo.processInfo.activeProcessorCount)", "memory": "\(ProcessInfo.processInfo.physicalMemory)",
            "system": ProcessInfo.processInfo.operatingSystemVersionString,
        ]
        host["jobs"] = jobs.map(String.init)
        host["architecture"] = engine?.architecture
        host["storage"] = engine?.storage
        host["rootless"] = engine.map { "\($0.isRootless)" }
        return host
    }
}
