import Basics
import Conda
public import Containers
import Cryptography
import Files
import Foundation
import Machines
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
    /// What the engine is, where that was asked before.
    public var engineFacts: EngineFacts?
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
        plan: MatrixPlan, subjects: [Subject], siblings: [Subject] = [], engine: any ContainerEngine, engineFacts: EngineFacts? = nil,
        maker: EnvironmentMaker, results: FilePath, channels: [String] = [], boxes: BoxSettings? = nil, client: CellClient? = nil, jobs: Int = 2,
        isFresh: @escaping @Sendable (CellResult) -> Bool = { _ in false }
    ) {
        self.plan = plan
        self.subjects = subjects
        self.siblings = siblings
        self.engine = engine
        self.engineFacts = engineFacts
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
    var labels: [String: String] {
        [Self.label: owner].merging(ProcessMark.own.text.map { [Self.processLabel: $0] } ?? [:]) { $1 }
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
        let facts: EngineFacts
        do throws(ContainerError) {
            if let engineFacts { facts = engineFacts } else { facts = try await engine.facts() }
            try await clean(onEvent)
        } catch { throw .container(error) }
        let channel = try await LocalChannel.make(subjects + siblings, in: maker.root.appending("channels"), with: maker)
        let jobList = subjects.flatMap { subject in plan.entries(for: subject.subdir).map { Job(subject: subject, entry: $0) } }
        var systems = try await measure(jobList, onEvent)
        let layered = await layered(jobList, systems, onEvent)
        systems.merge(try await measure(layered.filter(\.entry.cell.hasPackages), onEvent)) { first, _ in first }
        let environments = Environments(maker: maker)
        let runner = CellRunner(
            environments: environments, channels: [channel.url] + channels, limits: plan.limits, known: subjects + siblings, onEvent: onEvent)
        let containers = Containers(engine: engine, facts: facts, systems: systems, slots: ExecutionSlots(count: jobs))
        let durations = Durations(reading: durationsFile)
        let order = order(of: layered, durations)
        var jobsInPlan = layered
        for (rank, indices) in order.enumerated() {
            for index in indices {
                jobsInPlan[index].rank = rank
                jobsInPlan[index].standing = standing(layered[index])
            }
        }
        let list = jobsInPlan
        let needs = order.joined().flatMap { index -> [EnvironmentMaker.Need] in
            let (job, entry) = (list[index], list[index].entry)
            guard job.standing == nil, case .image(_, let facts) = entry.presence, let system = systems[facts.id],
                entry.cell.install == .shared || client != nil
            else { return [] }
            return runner.needs(of: job.subject, in: entry, on: system)
        }
        let done = try await environments.making(needs) { () async throws(MatrixError) -> [CellResult] in
            // Twice as many as may execute: what a cell does before and after its tests is done while others' tests run.
            let ended = try await order.concurrentMap(limit: jobs * 2) { indices throws(MatrixError) in
                Array(zip(indices, try await run(indices.map { list[$0] }, containers, runner)))
            }
            return ended.joined().sorted { $0.0 < $1.0 }.map(\.1)
        }
        try durations.adding(done).write(to: durationsFile)
        return try MatrixHistory(results: results).keep(
            MatrixRecord(started: started, finished: .now, jobs: jobs, engine: facts, results: done))
    }

    private var durationsFile: FilePath { results.appending("durations.json") }

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

    /// The jobs longest first, as the last run measured them, so that none is left alone at the end; what was never measured comes first of all.
    ///
    /// Cells in one box come one after another, because there is one machine.
    private func order(of list: [Job], _ durations: Durations) -> [[Int]] {
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
        return units.sorted { ($0.cost, -$0.jobs[0]) > ($1.cost, -$1.jobs[0]) }.map(\.jobs)
    }

    /// Takes away what an earlier run of ours left when it was killed. The lock on the results says that none is alive.
    private func clean(_ onEvent: @Sendable (MatrixEvent) -> Void) async throws(ContainerError) {
        // And those of runs whose process is gone, wherever their results were to go: nobody may ever run there again.
        let left = try await engine.containers(label: Self.label, value: nil).filter { container in
            container.labels[Self.label] == owner || container.labels[Self.processLabel].map(ProcessMark.isGone) ?? false
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

    var workFolder: FilePath { maker.root.appending("work-\(owner)") }
}
