import Basics
import Conda
import Containers
import Cryptography
import Files
import Machines
import Processes
import SystemPackage

extension MatrixRun {
    /// One artifact in one cell.
    struct Job: Sendable {
        var subject: Subject
        var entry: MatrixPlan.Entry
        /// Its place among those that run, from 0 on.
        var rank = 0
        /// The result of an earlier run that still stands.
        var standing: CellResult?
    }

    /// What cells in containers share.
    struct Containers: Sendable {
        var engine: any ContainerEngine
        var facts: EngineFacts
        /// By the image's id.
        var systems: [String: SystemFacts]
        var slots: ExecutionSlots
    }

    /// Runs cells one after another: one in a container, or all of one box, whose machine is started when the first of them needs it.
    func run(_ list: [Job], _ containers: Containers, _ runner: CellRunner) async throws(MatrixError) -> [CellResult] {
        var session: BoxSession?
        var done: [CellResult] = []
        var failure: MatrixError?
        // A machine takes its place as long as it is up.
        let isBox = if case .box? = list.first?.entry.presence { list.contains { $0.standing == nil } } else { false }
        let slot = isBox ? await containers.slots.take(rank: list[0].rank) : nil
        defer { slot?.free() }
        if isBox, slot == nil { throw .cancelled }
        do throws(MatrixError) {
            for job in list {
                let folder = results.appending(job.subject.name.fileName)
                do throws(FileError) { try folder.createDirectory() } catch { throw .file(error) }
                let file = folder.appending(job.entry.cell.id + ".json")
                if let standing = job.standing {
                    runner.onEvent(.reused(standing))
                    done.append(standing)
                    continue
                }
                var result = try await fresh(job, key(of: job), containers, &session, runner, folder.appending(job.entry.cell.id + ".log"))
                // What is still not to be had is no news: a journal that holds it need not hold it again.
                if result.outcome == .unavailable, var earlier = try? CellResult(reading: file) {
                    let since = earlier.started
                    earlier.started = result.started
                    if earlier == result { result.started = since }
                }
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
    func standing(_ job: Job) -> CellResult? {
        let file = results.appending(job.subject.name.fileName).appending(job.entry.cell.id + ".json")
        // A file that cannot be read is one that has to be made again.
        guard file.exists, let earlier = try? CellResult(reading: file), earlier.outcome.kind.isVerdict, earlier.key == key(of: job),
            !isFresh(earlier)
        else { return nil }
        var result = earlier
        result.expected = job.entry.expected(dependencies: job.subject.index.depends, libc: earlier.system?.libc)
        return result
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
                .unavailable,
                "no client is here that makes environments in a cell; name one with `--client`, such as conda=DIR; scripts/setup-client.sh makes one"
            )
        case .box:
            guard let boxes, case .box(let box)? = entry.system?.kind else { return without(.unavailable, "boxes are not driven in this run") }
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
            let executor: any TestExecutor =
                entry.cell.isWindows
                ? WindowsExecutor(session: session, work: workFolder, python: maker.python) : BoxExecutor(session: session, work: workFolder)
            place = CellRunner.Place(entry: entry, system: session.system, executor: executor)
        case .image(let reference, let facts):
            guard let system = containers.systems[facts.id] else { return without(.spurious, "the image `\(reference)` does not run `sh`") }
            let executor = ContainerExecutor(
                engine: containers.engine, facts: containers.facts, reference: reference, imageFacts: facts, labels: labels,
                work: workFolder, client: job.entry.cell.install == .perCell ? client : nil)
            place = CellRunner.Place(entry: entry, system: system, executor: executor, slots: containers.slots, rank: job.rank)
        }
        runner.onEvent(.started(artifact: subject.name.fileName, entry.cell))
        let first = try await runner.run(subject, in: place, key: key, log: log)
        guard first.outcome == .spurious else { return first }
        runner.onEvent(.retried(artifact: subject.name.fileName, entry.cell, reason: first.reason))
        return try await runner.run(subject, in: place, key: key, log: log)
    }

}
