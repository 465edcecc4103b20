import Basics
import Containers
import Files
import Foundation
import Machines
import Processes
import SystemPackage

/// Executes tests in a box, by the user that Vagrant logs in as.
///
/// The environment belongs to root there, so the test cannot change it. Memory and processes are bounded by the machine itself.
struct BoxExecutor: TestExecutor {
    let session: BoxSession
    let work: FilePath
    private let folder = FilePath("/tmp/hallmark-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))")

    init(session: BoxSession, work: FilePath) {
        self.session = session
        self.work = work
    }

    var places: TestStep.Places { .init(folder: folder.appending("step"), work: folder.appending("work"), shared: folder.appending("shared")) }
    var image: CellResult.Image? { nil }
    var engineFacts: EngineFacts? { nil }
    var canCopyEnvironments: Bool { false }

    func execute(
        _ step: TestStep, of subject: Subject, in cell: Cell, limits: MatrixDefinition.Limits, isPrivate: Bool,
        onMoment: @escaping @Sendable (ExecutionMoment) -> Void, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ExecutionFailure) -> ContainerExit {
        let started = Date()
        let local = work.appending(folder.lastComponent?.string ?? "step")
        defer { try? local.removeAll() }
        let archive = work.appending("\(folder.lastComponent?.string ?? "step").tar")
        defer { try? archive.removeAll() }
        do {
            try step.write(to: local, testFiles: subject.testFiles)
            _ = try await Command("tar", ["-cf", archive.string, "-C", local.string, "."]).output()
            try await session.bring(step.prefix, work: work)
            try await session.machine.upload(archive, to: "\(folder).tar")
        } catch { throw Self.failure(error) }
        let variables = step.environment(subject, cell).sorted { $0.key < $1.key }.map { TestStep.quoted("\($0.key)=\($0.value)") }
        let text = """
            rm -rf \(folder) && mkdir -p \(places.folder) && tar -xf \(folder).tar -C \(places.folder) && rm -f \(folder).tar || exit 125
            env -i PATH=/usr/local/bin:/usr/bin:/bin \(variables.joined(separator: " ")) sh \(places.folder.appending("main.sh"))
            code=$?
            rm -rf \(folder)
            exit $code
            """
        var code: Int32 = 137
        var isTimedOut = false
        do throws(MachineError) {
            code = try await session.machine.run(text, timeout: .seconds(limits.seconds), onLine: onLine).code
        } catch {
            guard case .process(.timedOut) = error else { throw Self.failure(error) }
            isTimedOut = true
        }
        let finished = Date()
        return ContainerExit(
            code: code, isTimedOut: isTimedOut, started: Timestamp(started), finished: Timestamp(finished),
            duration: finished.timeIntervalSince(started))
    }

    private static func failure(_ error: any Error) -> ExecutionFailure {
        if error as? MachineError == .process(.cancelled("vagrant")) || error is CancellationError || Task.isCancelled { return .cancelled }
        return .machine((error as? any Explained)?.message ?? "\(error)")
    }
}
