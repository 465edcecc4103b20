import Basics
import Containers
import Files
import Foundation
import Machines
import Processes
import SystemPackage

/// Executes tests in a box of Windows, by WinRM, as the user that Vagrant logs in as.
///
/// That user may write into the environment; where the provider has snapshots every artifact begins with the fresh machine all the same. Memory and
/// processes are bounded by the machine itself.
struct WindowsExecutor: TestExecutor {
    let session: BoxSession
    let work: FilePath
    /// Makes the archives that are brought in.
    let python: FilePath

    init(session: BoxSession, work: FilePath, python: FilePath) {
        self.session = session
        self.work = work
        self.python = python
    }

    // Nothing of these is seen on Windows; `WindowsStep` has its own.
    var places: TestStep.Places { .container }
    var image: CellResult.Image? { nil }
    var engineFacts: EngineFacts? { nil }
    var canCopyEnvironments: Bool { false }

    func librarySearch(in prefix: FilePath) -> LibrarySearch? {
        LibrarySearch(
            place: WindowsPlace(prefix: prefix), systemLibraries: session.systemLibraries,
            hasVirtualLibraries: (session.system.windows?.split(separator: ".").first).flatMap { Int($0) }.map { $0 >= 10 } ?? false)
    }

    func execute(
        _ step: TestStep, of subject: Subject, in cell: Cell, limits: MatrixDefinition.Limits, isPrivate: Bool,
        onMoment: @escaping @Sendable (ExecutionMoment) -> Void, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ExecutionFailure) -> ContainerExit {
        let started = Date()
        let local = work.appending(session.name)
        let archive = work.appending("\(session.name).zip")
        defer {
            try? local.removeAll()
            try? archive.removeAll()
        }
        let folder = session.windowsFolder
        do {
            try WindowsStep(step: step, folder: folder).write(to: local, of: subject, in: cell)
            try await pack(local, to: archive)
            try await session.bringToWindows(WindowsPlace(prefix: step.prefix))
            try await session.unpackOnWindows(archive, to: folder)
        } catch let error as WindowsStep.Unsettable {
            throw .machine("the variable `\(error.name)` that the test asks for holds what no batch file can say")
        } catch { throw Self.failure(error) }
        var code: Int32 = 1
        var isTimedOut = false
        do throws(MachineError) {
            code = try await session.machine.run("cmd /d /c \(folder)\\main.bat", timeout: .seconds(limits.seconds), onLine: onLine).code
        } catch {
            guard case .process(.timedOut) = error else { throw Self.failure(error) }
            isTimedOut = true
        }
        let finished = Date()
        if isTimedOut { await end() }
        if !isTimedOut, code == WindowsStep.notBegun { throw .machine("the test's folder could not be made in the machine") }
        return ContainerExit(
            code: code, isTimedOut: isTimedOut, started: Timestamp(started), finished: Timestamp(finished),
            duration: finished.timeIntervalSince(started))
    }

    private func pack(_ folder: FilePath, to archive: FilePath) async throws {
        _ = try await Command(.path(python), ["-I", "-m", "zipfile", "-c", archive.string] + (try folder.children()).map(\.string)).output()
    }

    /// A connection that is closed ends nothing there: what belongs to this test is found by the test's folder in its command lines.
    private func end() async {
        let text =
            "powershell -NoProfile -NonInteractive -Command \"Get-WmiObject Win32_Process | Where-Object { $_.CommandLine -like '*\(session.name)*' -and "
            + "$_.ProcessId -ne $PID } | ForEach-Object { taskkill /F /T /PID $_.ProcessId }\""
        _ = try? await session.machine.run(text, timeout: .seconds(60)) { _ in }
    }

    private static func failure(_ error: any Error) -> ExecutionFailure {
        if error as? MachineError == .process(.cancelled("vagrant")) || error is CancellationError || Task.isCancelled { return .cancelled }
        return .machine((error as? any Explained)?.message ?? "\(error)")
    }
}
