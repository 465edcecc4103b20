import Basics
import Conda
public import Containers
import Cryptography
import Files
import Foundation
public import SystemPackage

/// Tests artifacts in the cells of a plan, in parallel, and keeps each result as it comes.
///
/// A run that was stopped or killed is continued by running it again: results whose key still fits are taken as they are.
public struct MatrixRun: Sendable {
    public var plan: MatrixPlan
    public var subjects: [Subject]
    /// Other artifacts of the same build, which may be installed beside those under test.
    public var siblings: [Subject]
    public var engine: any ContainerEngine
    public var maker: EnvironmentMaker
    /// Where results and logs are kept: `<artifact>/<cell>.json` and `.log`.
    public var results: FilePath
    /// Channels to take dependencies from, after the artifacts' own; URLs.
    public var channels: [String]
    /// How many cells run at a time.
    public var jobs: Int
    /// Cells whose earlier results are not taken, by id; nil for none.
    public var isFresh: @Sendable (CellResult) -> Bool

    public init(
        plan: MatrixPlan, subjects: [Subject], siblings: [Subject] = [], engine: any ContainerEngine, maker: EnvironmentMaker, results: FilePath,
        channels: [String] = [], jobs: Int = 2, isFresh: @escaping @Sendable (CellResult) -> Bool = { _ in false }
    ) {
        self.plan = plan
        self.subjects = subjects
        self.siblings = siblings
        self.engine = engine
        self.maker = maker
        self.results = results.absolute
        self.channels = channels
        self.jobs = jobs
        self.isFresh = isFresh
    }

    /// The label of all containers of the matrix; its value says whose results they work for.
    static let label = "org.conda-hallmark.matrix"
    var owner: String { String(SHA256Digest(of: results.string).hexadecimal.prefix(16)) }

    /// One artifact in one cell.
    private struct Job: Sendable {
        var subject: Subject
        var entry: MatrixPlan.Entry
    }

    /// Runs what has no result yet and returns all results in the order of the artifacts and the plan.
    ///
    /// A cell's failure is a result. Thrown is what kept the whole run from going on; what was finished before is kept.
    public func run(onEvent: @escaping @Sendable (MatrixEvent) -> Void = { _ in }) async throws(MatrixError) -> [CellResult] {
        do throws(FileError) { try results.createDirectory() } catch { throw .file(error) }
        let lock: FileLock
        do throws(FileError) {
            lock = try FileLock.take(results.appending(".lock"), holder: "process \(getpid())")
        } catch .locked(_, let holder) { throw .running(folder: results, holder: holder) } catch { throw .file(error) }
        let outcome: Result<[CellResult], MatrixError>
        do throws(MatrixError) { outcome = .success(try await locked(onEvent)) } catch { outcome = .failure(error) }
        lock.release()
        return try outcome.get()
    }

    private func locked(_ onEvent: @escaping @Sendable (MatrixEvent) -> Void) async throws(MatrixError) -> [CellResult] {
        let engineFacts: EngineFacts
        do throws(ContainerError) {
            engineFacts = try await engine.facts()
            try await clean(onEvent)
        } catch { throw .container(error) }
        let channel = try await LocalChannel.make(subjects + siblings, in: maker.root.appending("channels"), with: maker)
        let jobList = subjects.flatMap { subject in plan.entries(for: subject.subdir).map { Job(subject: subject, entry: $0) } }
        let systems = try await measure(jobList, onEvent)
        let runner = CellRunner(
            engine: engine, engineFacts: engineFacts, maker: maker, channels: [channel.url] + channels, limits: plan.limits,
            known: subjects + siblings, labels: [Self.label: owner], work: maker.root.appending("work-\(owner)"), onEvent: onEvent)
        return try await scheduled(jobList) { job throws(MatrixError) in try await run(job, systems, runner) }
    }

    /// Runs the jobs longest first, as the last run measured them, so that none is left alone at the end; what was never measured comes first of all.
    private func scheduled(
        _ list: [Job], _ body: @escaping @Sendable (Job) async throws(MatrixError) -> CellResult
    ) async throws(MatrixError) -> [CellResult] {
        let file = results.appending("durations.json")
        let durations = Durations(reading: file)
        let order = list.indices.sorted { left, right in
            let (a, b) = (durations[list[left].subject, list[left].entry.cell], durations[list[right].subject, list[right].entry.cell])
            return (a ?? .infinity, -left) > (b ?? .infinity, -right)
        }
        let ended = try await order.concurrentMap(limit: jobs) { index throws(MatrixError) in (index, try await body(list[index])) }
        let inOrder = ended.sorted { $0.0 < $1.0 }.map(\.1)
        try durations.adding(inOrder).write(to: file)
        return inOrder
    }

    /// Takes away what an earlier run of ours left when it was killed. The lock on the results says that none is alive.
    private func clean(_ onEvent: @Sendable (MatrixEvent) -> Void) async throws(ContainerError) {
        let left = try await engine.containers(label: Self.label, value: owner)
        for container in left { try await engine.remove(container.id) }
        if !left.isEmpty { onEvent(.cleaned(containers: left.map(\.name))) }
        do throws(FileError) { try maker.root.appending("work-\(owner)").removeAll() } catch { throw .file(error) }
    }

    /// Looks at every image once, from inside.
    private func measure(_ list: [Job], _ onEvent: @escaping @Sendable (MatrixEvent) -> Void) async throws(MatrixError) -> [String: SystemFacts] {
        var images: [String: String] = [:]
        for job in list { if case .image(_, let facts) = job.entry.presence { images[facts.id] = job.entry.cell.system } }
        let probe = SystemProbe(engine: engine, root: maker.root.appending("systems"), labels: [Self.label: owner])
        let measured = try await images.sorted { $0.value < $1.value }.concurrentMap(limit: jobs) { id, system throws(MatrixError) in
            let facts = try await probe.facts(of: id)
            if let facts { onEvent(.measured(system: system, facts)) }
            return (id, facts)
        }
        return Dictionary(measured.compactMap { id, facts in facts.map { (id, $0) } }) { first, _ in first }
    }

    private func run(_ job: Job, _ systems: [String: SystemFacts], _ runner: CellRunner) async throws(MatrixError) -> CellResult {
        let (subject, entry) = (job.subject, job.entry)
        let folder = results.appending(subject.name.fileName)
        do throws(FileError) { try folder.createDirectory() } catch { throw .file(error) }
        let file = folder.appending(entry.cell.id + ".json")
        let key = ResultKey(
            artifact: subject.sha256, others: (subjects + siblings).map(\.sha256), cell: entry.cell, limits: plan.limits, presence: entry.presence,
            channels: channels)
        if file.exists, let earlier = try? CellResult(reading: file), earlier.key == key.digest, earlier.outcome.kind.isVerdict, !isFresh(earlier) {
            var standing = earlier
            standing.expected = entry.expected(dependencies: subject.index.depends, libc: earlier.system?.libc)
            runner.onEvent(.reused(standing))
            return standing
        }
        let result = try await fresh(subject, entry, systems, runner, key.digest, folder.appending(entry.cell.id + ".log"))
        try result.write(to: file)
        runner.onEvent(.finished(result))
        return result
    }

    private func fresh(
        _ subject: Subject, _ entry: MatrixPlan.Entry, _ systems: [String: SystemFacts], _ runner: CellRunner, _ key: SHA256Digest, _ log: FilePath
    ) async throws(MatrixError) -> CellResult {
        func without(_ outcome: Outcome, _ reason: String) -> CellResult {
            CellResult(
                key: key, artifact: .init(name: subject.name, sha256: subject.sha256), cell: entry.cell,
                expected: entry.expected(dependencies: subject.index.depends), outcome: outcome, reason: reason,
                prediction: Prediction(of: subject, on: entry.system?.declaredLibC), evidence: [], virtualPackages: [],
                tests: [], started: .now, duration: 0)
        }
        switch entry.presence {
        case .missing(let reason, let remedy): return without(.unavailable, "\(reason); \(remedy)")
        case .box: return without(.unavailable, "boxes are not driven by this version; start the box by hand with `vagrant up`")
        case .image(let reference, let facts):
            guard let system = systems[facts.id] else { return without(.spurious, "the image `\(reference)` does not run `sh`") }
            let place = CellRunner.Place(entry: entry, reference: reference, image: facts, system: system)
            runner.onEvent(.started(artifact: subject.name.fileName, entry.cell))
            let first = try await runner.run(subject, in: place, key: key, log: log)
            guard first.outcome == .spurious else { return first }
            runner.onEvent(.retried(artifact: subject.name.fileName, entry.cell, reason: first.reason))
            return try await runner.run(subject, in: place, key: key, log: log)
        }
    }
}
