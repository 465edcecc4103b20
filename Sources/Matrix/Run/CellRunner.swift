import Basics
import Conda
import Containers
import Cryptography
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage

/// Tests one artifact in one cell.
///
/// Where and how the tests are executed is the executor's; what is tested, and what came of it, is told here alike for all systems.
struct CellRunner: Sendable {
    let environments: Environments
    let channels: [String]
    let limits: MatrixDefinition.Limits
    /// All artifacts of the run: those that a test names as downstream are among them, or not had.
    let known: [Subject]
    let onEvent: @Sendable (MatrixEvent) -> Void

    /// What the cell is tested in.
    struct Place: Sendable {
        var entry: MatrixPlan.Entry
        var system: SystemFacts
        var executor: any TestExecutor
        /// Where each test takes a slot of its own; nil where its caller holds one for all.
        var slots: ExecutionSlots?
        /// The cell's place in the plan.
        var rank = 0
    }

    /// What became of one test.
    private struct Exercised {
        var result: TestResult
        var evidence: [String]
        /// How long it waited until it could begin, in seconds.
        var waited = 0.0
    }

    func run(_ subject: Subject, in place: Place, key: SHA256Digest, log: FilePath) async throws(MatrixError) -> CellResult {
        let started = Date()
        let clock = ContinuousClock.now
        let cell = place.entry.cell
        var result = CellResult(
            key: key, artifact: .init(name: subject.name, sha256: subject.sha256), cell: cell,
            expected: place.entry.expected(dependencies: subject.index.depends, libc: place.system.libc), outcome: .spurious, reason: "",
            prediction: Prediction(of: subject, on: place.system.libc), evidence: [],
            image: place.executor.image, system: place.system,
            virtualPackages: place.system.virtualPackages, tests: [], started: Timestamp(started), duration: 0, engine: place.executor.engineFacts)
        let output: CellLog
        do throws(FileError) { output = try CellLog(at: log) } catch { throw .file(error) }
        output.note(
            "\(subject.name) sha256 \(subject.sha256) in \(cell) (\(place.system.title), \(place.system.libc?.description ?? "no known C library"))")
        let waited = try await test(subject, in: place, &result, output)
        output.note("outcome \(result.outcome.kind): \(result.reason)")
        do throws(FileError) { result.log = try output.finish(as: Self.kept(log, since: result.started)) } catch { throw .file(error) }
        result.duration = max(0, clock.duration(to: .now).seconds - waited)
        return result
    }

    /// `<cell>.log` is what is being written; what is done is called after its time as well, so that earlier runs keep their logs.
    private static func kept(_ log: FilePath, since started: Timestamp) -> FilePath {
        log.removingLastComponent().appending("\(log.stem ?? "cell").\(started.compact).log")
    }

    /// Returns the seconds in which the cell only waited for its turn.
    private func test(_ subject: Subject, in place: Place, _ result: inout CellResult, _ output: CellLog) async throws(MatrixError) -> Double {
        switch try await environment([subject.spec], in: place) {
        case .uninstallable(let message, let packages):
            result.virtualPackages = packages
            result.outcome = .uninstallable
            result.reason = "the solver refuses it: \(message)"
            result.evidence = [message]
            output.note("uninstallable: \(message)")
            return 0
        case .broken(let message):
            result.outcome = .failed(.installation(message))
            result.reason = FailureReason.installation(message).words
            return 0
        case .made(let prefix, let solution, let packages, _):
            result.virtualPackages = packages
            result.solution = solution
            output.note("environment \(prefix): \(solution.records.count) packages, solution \(solution.digest)")
        }
        var waited = 0.0
        for (number, exercise) in exercises(of: subject, in: place.entry.cell).enumerated() {
            let one = try await run(exercise, number, of: subject, in: place, output)
            waited += one.waited
            result.tests.append(one.result)
            if result.evidence.isEmpty { result.evidence = one.evidence }
        }
        (result.outcome, result.reason) = Self.summary(result.tests)
        if case .failed(.symbolVersion) = result.outcome, let bound = result.prediction?.shouldDeclare {
            result.reason += "; the artifact should have declared `\(bound)`"
        }
        if case .failed(.missingLibrary(let library, _)) = result.outcome, let words = LibraryRemedy.words(for: library, in: place.system) {
            result.reason += "; \(words)"
        }
        return waited
    }

    /// What the cell will ask for, as far as its system is known: its own environment, and those of its tests.
    func needs(of subject: Subject, in entry: MatrixPlan.Entry, on system: SystemFacts) -> [EnvironmentMaker.Need] {
        let exercises = exercises(of: subject, in: entry.cell).filter { $0.test.whyNotRun == nil }
        return ([[subject.spec]] + exercises.map { specs(of: $0, for: subject) }).map { need($0, in: entry, on: system) }
    }

    private func specs(of exercise: Exercise, for subject: Subject) -> [String] {
        (exercise.isDownstream ? [subject.spec, exercise.owner.spec] : [subject.spec]) + exercise.test.requirements
    }

    private func need(_ specs: [String], in entry: MatrixPlan.Entry, on system: SystemFacts) -> EnvironmentMaker.Need {
        EnvironmentMaker.Need(
            specs: specs, channels: channels, subdir: entry.cell.subdir.name, virtualPackages: system.virtualPackages + archspec(system),
            detect: HostArchitecture.isOwn(system.machine) ? ["__archspec"] : [], isLaidOut: entry.cell.install == .perCell,
            windows: entry.cell.isWindows ? WindowsPlace.environments : nil)
    }

    private func environment(_ specs: [String], in place: Place) async throws(MatrixError) -> EnvironmentMaker.Answer {
        try await environments.answer(to: need(specs, in: place.entry, on: place.system))
    }

    /// The processor of a system that this machine only imitates; its own is found out by the client.
    private func archspec(_ system: SystemFacts) -> [VirtualPackage] {
        guard !HostArchitecture.isOwn(system.machine), !system.machine.isEmpty else { return [] }
        return [VirtualPackage(name: "__archspec", version: "1", build: system.machine)]
    }

    /// A test, and the artifact that carries it: the subject itself, or one downstream of it.
    private struct Exercise: Sendable {
        var test: PackagedTest
        var owner: Subject
        var title: String
        var isDownstream: Bool
    }

    /// The subject's tests, with those of a downstream package in the place of its name where we have it.
    private func exercises(of subject: Subject, in cell: Cell) -> [Exercise] {
        subject.tests.filter { $0.isMet(onWindows: cell.isWindows) }.flatMap { test in
            guard case .downstream(let name) = test.work, let other = known.first(where: { $0.name.package == name }), other.sha256 != subject.sha256
            else { return [Exercise(test: test, owner: subject, title: test.title, isDownstream: false)] }
            return other.tests.filter { $0.isRunnable && $0.isMet(onWindows: cell.isWindows) }.map {
                Exercise(test: $0, owner: other, title: "downstream \(name): \($0.title)", isDownstream: true)
            }
        }
    }

    private func run(
        _ exercise: Exercise, _ number: Int, of subject: Subject, in place: Place, _ output: CellLog
    ) async throws(MatrixError) -> Exercised {
        let (test, title) = (exercise.test, exercise.title)
        if let why = test.whyNotRun { return Exercised(result: TestResult(title: title, outcome: nil, reason: why), evidence: []) }
        output.note("test \(number + 1): \(title)")
        onEvent(.testStarted(artifact: subject.name.fileName, place.entry.cell, title: title))
        func failed(_ reason: FailureReason) -> Exercised {
            Exercised(result: TestResult(title: title, outcome: .failed(reason), reason: reason.words), evidence: [reason.words])
        }
        let prefix: FilePath
        let archives: FilePath?
        switch try await environment(specs(of: exercise, for: subject), in: place) {
        case .made(let path, let solution, _, _):
            prefix = path
            archives = place.entry.cell.install == .perCell ? environments.maker.archives(of: solution) : nil
        case .uninstallable(let message, _) where exercise.isDownstream:
            // That says more of the other package than of this one, which conda's build tools see the same way.
            let reason = "`\(exercise.owner.name.package)` cannot be installed beside it: \(message)"
            return Exercised(result: TestResult(title: title, outcome: nil, reason: reason), evidence: [])
        case .uninstallable(let message, _): return failed(.requirements(message))
        case .broken(let message): return failed(.installation(message))
        }
        let step = TestStep(test: test, prefix: prefix, places: place.executor.places, archives: archives)
        if let obstacle = place.entry.cell.isWindows ? WindowsStep.obstacle(step) : step.obstacle() { return failed(obstacle) }
        var one = try await contained(step, number, of: exercise.owner, in: place, output)
        one.result.title = title
        return one
    }

    private func contained(
        _ step: TestStep, _ number: Int, of subject: Subject, in place: Place, _ output: CellLog, isPrivate: Bool = false
    ) async throws(MatrixError) -> Exercised {
        let sieve = OutputSieve()
        let began = ContinuousClock.now
        let slot = await place.slots?.take(rank: place.rank)
        if place.slots != nil, slot == nil { throw .cancelled }
        defer { slot?.free() }
        let waited = began.duration(to: .now).seconds
        let isInstalled = Mutex(step.archives == nil)
        let exit: ContainerExit
        do throws(ExecutionFailure) {
            exit = try await place.executor.execute(
                step, of: subject, in: place.entry.cell, limits: limits, isPrivate: isPrivate,
                onMoment: { moment in
                    switch moment {
                    case .installed:
                        isInstalled.withLock { $0 = true }
                        sieve.forget()
                    // An engine needs a while to see the end and to clear up, in which the next test can begin.
                    case .over: slot?.free()
                    }
                },
                onLine: { line in
                    output.append(line)
                    sieve.append(line.text)
                })
        } catch {
            switch error {
            case .cancelled: throw .cancelled
            case .machine(let message):
                output.note("the machine failed: \(message)")
                return Exercised(
                    result: TestResult(title: step.test.title, outcome: .spurious, reason: message), evidence: [message], waited: waited)
            }
        }
        slot?.free()
        if !isInstalled.withLock({ $0 }), let (outcome, reason) = Self.hindrance(exit.code, sieve.last.suffix(5).joined(separator: " ")) {
            output.note("test \(number + 1): the environment could not be made in the cell")
            return Exercised(
                result: TestResult(
                    title: step.test.title, outcome: outcome, reason: reason, exitCode: exit.code, duration: exit.duration,
                    lastLines: Array(sieve.last.suffix(10))),
                evidence: Array(sieve.last.suffix(5)), waited: waited)
        }
        let prefix = step.prefix
        var diagnosis = Diagnosis(
            exit: exit, telling: sieve.telling, last: sieve.last,
            .init(prefix: prefix, libc: place.system.libc, limits: limits, windows: place.executor.librarySearch(in: prefix)) {
                $0.hasPrefix(prefix.string + "/") && FilePath($0).exists
            })
        if diagnosis.outcome.kind == .failed, sieve.hasMetReadOnly, !isPrivate, place.executor.canCopyEnvironments {
            output.note("test \(number + 1) wants to write into its environment; it is run again in a copy of its own")
            var again = try await contained(step, number, of: subject, in: place, output, isPrivate: true)
            again.waited += waited
            return again
        }
        output.note("test \(number + 1) \(diagnosis.outcome.kind): \(diagnosis.reason)")
        if case .failed(.crashed) = diagnosis.outcome, !sieve.backtrace.isEmpty { diagnosis.evidence = sieve.backtrace }
        let result = TestResult(
            title: step.test.title, outcome: diagnosis.outcome, reason: diagnosis.reason, exitCode: exit.code, duration: exit.duration,
            lastLines: diagnosis.outcome == .passed ? [] : Array(sieve.last.suffix(10)))
        return Exercised(result: result, evidence: diagnosis.evidence, waited: waited)
    }

    /// What the client in a cell ended with; that it cannot be run there at all says nothing of the artifact.
    private static func hindrance(_ code: Int32, _ words: String) -> (Outcome, String)? {
        switch code {
        case TestStep.installationCode: (.failed(.installation(words)), FailureReason.installation(words).words)
        case TestStep.clientCode: (.unavailable, "the client that makes environments does not start in this system: \(words)")
        default: nil
        }
    }

    /// The tests' outcome as one: a failure outweighs an end of time, which outweighs the machine's own fault; nothing run is no pass.
    static func summary(_ tests: [TestResult]) -> (Outcome, String) {
        for kind in [Outcome.Kind.failed, .timedOut, .spurious, .unavailable] {
            if let test = tests.first(where: { $0.outcome?.kind == kind }), let outcome = test.outcome {
                return (outcome, "\(test.title): \(test.reason)")
            }
        }
        let passed = tests.filter { $0.outcome == .passed }.count
        let left = tests.filter { $0.outcome == nil }
        guard passed > 0 else {
            let why = left.map(\.reason)
            return (.failed(.untested), ([FailureReason.untested.words] + why).joined(separator: "; "))
        }
        let words = passed == 1 ? "1 test passed" : "\(passed) tests passed"
        return (.passed, left.isEmpty ? words : words + ", \(left.count) not run: " + left.map(\.reason).joined(separator: "; "))
    }
}

extension Duration {
    /// Seconds with their fraction, to the millisecond.
    var seconds: Double { (Double(components.seconds) * 1000 + (Double(components.attoseconds) / 1e15).rounded()) / 1000 }
}
