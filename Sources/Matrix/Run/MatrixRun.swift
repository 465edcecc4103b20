import Basics
import Conda
public import Containers
import Cryptography
import Files
import Foundation
import Machines
import Processes
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
    /// How boxes are driven; their cells are unavailable if nil.
    public var boxes: BoxSettings?
    /// What makes environments inside of cells; cells that want it are unavailable if nil.
    public var client: CellClient?
    /// How many cells run at a time.
    public var jobs: Int
    /// Cells whose earlier results are not taken, by id; nil for none.
    public var isFresh: @Sendable (CellResult) -> Bool

    public init(
        plan: MatrixPlan, subjects: [Subject], siblings: [Subject] = [], engine: any ContainerEngine, maker: EnvironmentMaker, results: FilePath,
        channels: [String] = [], boxes: BoxSettings? = nil, client: CellClient? = nil, jobs: Int = 2,
        isFresh: @escaping @Sendable (CellResult) -> Bool = { _ in false }
    ) {
        self.plan = plan
        self.subjects = subjects
        self.siblings = siblings
        self.engine = engine
        self.maker = maker
        self.results = results.absolute
        self.channels = channels
        self.boxes = boxes
        self.client = client
        self.jobs = jobs
        self.isFresh = isFresh
    }

    /// The label of all containers of the matrix; its value says whose results they work for.
    static let label = "org.conda-hallmark.matrix"
    var owner: String { String(SHA256Digest(of: results.string).hexadecimal.prefix(16)) }

    /// On every container as well: which process it works for.
    static let processLabel = "org.conda-hallmark.process"
    private var labels: [String: String] {
        [Self.label: owner].merging(ProcessMark.own.text.map { [Self.processLabel: $0] } ?? [:]) { $1 }
    }

    /// One artifact in one cell.
    private struct Job: Sendable {
        var subject: Subject
        var entry: MatrixPlan.Entry
    }

    /// Runs what has no result yet and returns all results in the order of the artifacts and the plan.
    ///
    /// A cell's failure is a result. Thrown is what kept the whole run from going on; what was finished before is kept.
    public func run(onEvent: @escaping @Sendable (MatrixEvent) -> Void = { _ in }) async throws(MatrixError) -> [CellResult] {
        try await record(onEvent: onEvent).results
    }

    /// The same, and the record of the run, which is kept beside the results.
    public func record(onEvent: @escaping @Sendable (MatrixEvent) -> Void = { _ in }) async throws(MatrixError) -> MatrixRecord {
        do throws(FileError) { try results.createDirectory() } catch { throw .file(error) }
        let lock: FileLock
        do throws(FileError) {
            lock = try FileLock.take(results.appending(".lock"), holder: "process \(getpid())")
        } catch .locked(_, let holder) { throw .running(folder: results, holder: holder) } catch { throw .file(error) }
        let outcome: Result<MatrixRecord, MatrixError>
        do throws(MatrixError) { outcome = .success(try await locked(onEvent)) } catch { outcome = .failure(error) }
        // What cannot be removed now is removed by the next run.
        try? workFolder.removeAll()
        lock.release()
        return try outcome.get()
    }

    private func locked(_ onEvent: @escaping @Sendable (MatrixEvent) -> Void) async throws(MatrixError) -> MatrixRecord {
        let started = Timestamp.now
        let engineFacts: EngineFacts
        do throws(ContainerError) {
            engineFacts = try await engine.facts()
            try await clean(onEvent)
        } catch { throw .container(error) }
        let channel = try await LocalChannel.make(subjects + siblings, in: maker.root.appending("channels"), with: maker)
        let jobList = subjects.flatMap { subject in plan.entries(for: subject.subdir).map { Job(subject: subject, entry: $0) } }
        var systems = try await measure(jobList, onEvent)
        let layered = await layered(jobList, systems, onEvent)
        systems.merge(try await measure(layered.filter(\.entry.cell.hasPackages), onEvent)) { first, _ in first }
        let runner = CellRunner(
            maker: maker, channels: [channel.url] + channels, limits: plan.limits, known: subjects + siblings, onEvent: onEvent)
        let containers = Containers(engine: engine, facts: engineFacts, systems: systems)
        let done = try await scheduled(layered) { list throws(MatrixError) in try await run(list, containers, runner) }
        return try MatrixHistory(results: results).keep(
            MatrixRecord(started: started, finished: .now, jobs: jobs, engine: engineFacts, results: done))
    }

    /// Gives cells that want more packages of the system an image that has them; where it cannot be made, the cell is unavailable.
    private func layered(
        _ list: [Job], _ systems: [String: SystemFacts], _ onEvent: @escaping @Sendable (MatrixEvent) -> Void
    ) async -> [Job] {
        var made: [String: Presence] = [:]
        var result = list
        for (index, job) in list.enumerated() where job.entry.cell.hasPackages {
            guard case .image(_, let facts) = job.entry.presence else { continue }
            let key = "\(facts.id) \(job.entry.cell.packages)"
            if made[key] == nil {
                let layer = SystemLayer(
                    engine: engine, base: facts, family: systems[facts.id]?.family, set: plan.packageSets[job.entry.cell.packages] ?? [:],
                    name: job.entry.cell.packages, labels: labels)
                made[key] = await layer.presence { onEvent(.installing(system: job.entry.cell.system, packages: job.entry.cell.packages)) }
            }
            result[index].entry.presence = made[key] ?? job.entry.presence
        }
        return result
    }

    /// What cells in containers share.
    private struct Containers: Sendable {
        var engine: any ContainerEngine
        var facts: EngineFacts
        /// By the image's id.
        var systems: [String: SystemFacts]
    }

    /// Runs the jobs longest first, as the last run measured them, so that none is left alone at the end; what was never measured comes first of all.
    ///
    /// Cells in one box come one after another, because there is one machine.
    private func scheduled(
        _ list: [Job], _ body: @escaping @Sendable ([Job]) async throws(MatrixError) -> [CellResult]
    ) async throws(MatrixError) -> [CellResult] {
        let file = results.appending("durations.json")
        let durations = Durations(reading: file)
        var units: [(cost: Double, jobs: [Int])] = []
        var boxUnits: [String: Int] = [:]
        for (index, job) in list.enumerated() {
            let cost = durations[job.subject, job.entry.cell] ?? .infinity
            if case .box = job.entry.presence {
                if let unit = boxUnits[job.entry.cell.system] {
                    units[unit].cost += cost
                    units[unit].jobs.append(index)
                    continue
                }
                boxUnits[job.entry.cell.system] = units.count
            }
            units.append((cost, [index]))
        }
        let order = units.sorted { ($0.cost, -$0.jobs[0]) > ($1.cost, -$1.jobs[0]) }.map(\.jobs)
        let ended = try await order.concurrentMap(limit: jobs) { indices throws(MatrixError) in
            Array(zip(indices, try await body(indices.map { list[$0] })))
        }
        let inOrder = ended.joined().sorted { $0.0 < $1.0 }.map(\.1)
        try durations.adding(inOrder).write(to: file)
        return inOrder
    }

    /// Takes away what an earlier run of ours left when it was killed. The lock on the results says that none is alive.
    private func clean(_ onEvent: @Sendable (MatrixEvent) -> Void) async throws(ContainerError) {
        var left = try await engine.containers(label: Self.label, value: owner)
        // And those of runs whose process is gone, wherever their results were to go: nobody may ever run there again.
        for container in try await engine.containers(label: Self.label, value: nil) where !left.contains(where: { $0.id == container.id }) {
            if let mark = container.labels[Self.processLabel], ProcessMark.isGone(mark) { left.append(container) }
        }
        for container in left { try await engine.remove(container.id) }
        if !left.isEmpty { onEvent(.cleaned(containers: left.map(\.name))) }
        do throws(FileError) { try workFolder.removeAll() } catch { throw .file(error) }
    }

    /// Looks at every image once, from inside.
    private func measure(_ list: [Job], _ onEvent: @escaping @Sendable (MatrixEvent) -> Void) async throws(MatrixError) -> [String: SystemFacts] {
        var images: [String: String] = [:]
        for job in list { if case .image(_, let facts) = job.entry.presence { images[facts.id] = job.entry.cell.system } }
        let probe = SystemProbe(engine: engine, root: maker.root.appending("systems"), labels: labels)
        let measured = try await images.sorted { $0.value < $1.value }.concurrentMap(limit: jobs) { id, system throws(MatrixError) in
            let facts = try await probe.facts(of: id)
            if let facts { onEvent(.measured(system: system, facts)) }
            return (id, facts)
        }
        return Dictionary(measured.compactMap { id, facts in facts.map { (id, $0) } }) { first, _ in first }
    }

    /// Runs cells one after another: one in a container, or all of one box, whose machine is started when the first of them needs it.
    private func run(_ list: [Job], _ containers: Containers, _ runner: CellRunner) async throws(MatrixError) -> [CellResult] {
        var session: BoxSession?
        var done: [CellResult] = []
        var failure: MatrixError?
        do throws(MatrixError) {
            for job in list {
                let folder = results.appending(job.subject.name.fileName)
                do throws(FileError) { try folder.createDirectory() } catch { throw .file(error) }
                let file = folder.appending(job.entry.cell.id + ".json")
                let key = key(of: job)
                if let standing = standing(job, key, file) {
                    runner.onEvent(.reused(standing))
                    done.append(standing)
                    continue
                }
                let result = try await fresh(job, key, containers, &session, runner, folder.appending(job.entry.cell.id + ".log"))
                try result.write(to: file)
                runner.onEvent(.finished(result))
                done.append(result)
            }
        } catch { failure = error }
        if let session, let trouble = await session.close() { runner.onEvent(.left(machine: session.machine.folder.string, reason: trouble)) }
        if let failure { throw failure }
        return done
    }

    private func key(of job: Job) -> SHA256Digest {
        ResultKey(
            artifact: job.subject.sha256, others: (subjects + siblings).map(\.sha256), cell: job.entry.cell, limits: plan.limits,
            presence: job.entry.presence, channels: channels, client: job.entry.cell.install == .perCell ? client?.kind : nil
        ).digest
    }

    /// The result of an earlier run that still stands.
    private func standing(_ job: Job, _ key: SHA256Digest, _ file: FilePath) -> CellResult? {
        // A file that cannot be read is one that has to be made again.
        guard file.exists, var earlier = try? CellResult(reading: file), earlier.key == key, earlier.outcome.kind.isVerdict, !isFresh(earlier)
        else { return nil }
        earlier.expected = job.entry.expected(dependencies: job.subject.index.depends, libc: earlier.system?.libc)
        return earlier
    }

    private func fresh(
        _ job: Job, _ key: SHA256Digest, _ containers: Containers, _ session: inout BoxSession?, _ runner: CellRunner, _ log: FilePath
    ) async throws(MatrixError) -> CellResult {
        let (subject, entry) = (job.subject, job.entry)
        func without(_ outcome: Outcome, _ reason: String) -> CellResult {
            CellResult(
                key: key, artifact: .init(name: subject.name, sha256: subject.sha256), cell: entry.cell,
                expected: entry.expected(dependencies: subject.index.depends), outcome: outcome, reason: reason,
                prediction: Prediction(of: subject, on: entry.system?.declaredLibC), evidence: [], virtualPackages: [],
                tests: [], started: .now, duration: 0)
        }
        let place: CellRunner.Place
        switch entry.presence {
        case .missing(let reason, let remedy): return without(.unavailable, "\(reason); \(remedy)")
        case .box where entry.cell.install == .perCell || entry.cell.hasPackages:
            return without(.unavailable, "boxes come as they are; install packages when the box is made, and leave `install` shared")
        case .image where entry.cell.install == .perCell && client == nil:
            return without(
                .unavailable, "no client is here that makes environments in a cell; scripts/setup-client.sh makes one, name it with `--client-folder`"
            )
        case .box:
            guard let boxes, case .box(let box)? = entry.system?.kind else { return without(.unavailable, "boxes are not driven in this run") }
            guard box.shell == .ssh else {
                return without(.unavailable, "environments for \(box.title) are not made here yet; test it by hand with `vagrant up`")
            }
            if let open = session {
                do throws(MachineError) { try await open.refresh() } catch {
                    if case .process(.cancelled) = error { throw .cancelled }
                    return without(.spurious, error.message)
                }
            } else {
                do throws(BoxSessionError) { session = try await BoxSession.open(box, boxes, work: workFolder) } catch {
                    switch error {
                    case .cancelled: throw .cancelled
                    case .machine(let reason): return without(.spurious, reason)
                    }
                }
            }
            guard let session else { return without(.spurious, "the box was not started") }
            place = CellRunner.Place(entry: entry, system: session.system, executor: BoxExecutor(session: session, work: workFolder))
        case .image(let reference, let facts):
            guard let system = containers.systems[facts.id] else { return without(.spurious, "the image `\(reference)` does not run `sh`") }
            let executor = ContainerExecutor(
                engine: containers.engine, facts: containers.facts, reference: reference, imageFacts: facts, labels: labels,
                work: workFolder, client: job.entry.cell.install == .perCell ? client : nil)
            place = CellRunner.Place(entry: entry, system: system, executor: executor)
        }
        runner.onEvent(.started(artifact: subject.name.fileName, entry.cell))
        let first = try await runner.run(subject, in: place, key: key, log: log)
        guard first.outcome == .spurious else { return first }
        runner.onEvent(.retried(artifact: subject.name.fileName, entry.cell, reason: first.reason))
        return try await runner.run(subject, in: place, key: key, log: log)
    }

    private var workFolder: FilePath { maker.root.appending("work-\(owner)") }
}
