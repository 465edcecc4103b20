import Basics
import Files
import Foundation
public import Processes
public import SystemPackage

/// Vagrant's machine in one folder, driven through its command line.
///
/// Vagrant keeps what it knows in `.vagrant` of that folder, so a machine that a killed run left is found and ended by the next.
public struct VagrantMachine: Sendable {
    public enum State: String, Sendable, Hashable {
        case notCreated = "not_created"
        case running, poweroff, saved, aborted, stopped
        case shutoff, preparing, other
    }

    public let folder: FilePath
    public let shell: Box.Shell
    private let executable: Command.Executable
    private let environment: [String: String]

    /// `environment` goes on top of ours, such as `VAGRANT_HOME` or `DOCKER_HOST`.
    public init(
        folder: FilePath, shell: Box.Shell = .ssh, executable: Command.Executable = .name("vagrant"), environment: [String: String] = [:]
    ) {
        self.folder = folder.absolute
        self.shell = shell
        self.executable = executable
        self.environment = environment
    }

    /// Checks the Vagrantfile. `provider` is asked for where the file does not name one.
    public func validate(ignoringProvider: Bool = false) async throws(MachineError) {
        _ = try await ask(
            "validate the Vagrantfile in `\(folder)`", ["validate"] + (ignoringProvider ? ["--ignore-provider"] : []), timeout: .seconds(120))
    }

    public func state() async throws(MachineError) -> State {
        let lines = try await ask("say how the machine in `\(folder)` is", ["status"], timeout: .seconds(120))
        guard let line = lines.first(where: { $0.type == "state" }), let word = line.data.first else {
            throw .notUnderstood(action: "say how the machine is")
        }
        return State(rawValue: word) ?? .other
    }

    /// Makes or starts the machine; what it prints comes to `onLine`.
    public func up(
        provider: String?, timeout: Duration, onLine: @escaping @Sendable (OutputLine) -> Void = { _ in }
    ) async throws(MachineError) {
        try await tell(
            "start the machine in `\(folder)`", ["up", "--no-color"] + (provider.map { ["--provider", $0] } ?? []), timeout: timeout, onLine: onLine)
    }

    /// Runs a command in the machine's own shell: a script of `sh`, or one line of Windows' `cmd`. Its exit code is a result.
    public func run(
        _ text: String, timeout: Duration, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(MachineError) -> ProcessExit {
        switch shell {
        case .ssh: try await stream(["ssh", "--no-tty", "--command", text], timeout: timeout, onLine: onLine)
        case .winrm: try await runByWinRM(text, timeout: timeout, onLine: onLine)
        }
    }

    func stream(
        _ arguments: [String], timeout: Duration, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(MachineError) -> ProcessExit {
        do throws(ProcessError) { return try await command(arguments, timeout: timeout).stream(onLine: onLine) } catch { throw translated(error) }
    }

    /// Copies a file or folder of ours into the machine. Ten minutes, and more for what is large: by WinRM it goes as text, some 100 kB a second.
    public func upload(_ source: FilePath, to target: String, timeout: Duration? = nil) async throws(MachineError) {
        let bytes = (try? source.byteCount()) ?? 0
        let limit = timeout ?? .seconds(600 + Int(bytes) / 50_000)
        try await tell("copy `\(source)` into the machine", ["upload", source.string, target], timeout: limit) { _ in }
    }

    public func halt(timeout: Duration = .seconds(300)) async throws(MachineError) {
        try await tell("halt the machine in `\(folder)`", ["halt"], timeout: timeout) { _ in }
    }

    /// Takes the machine away; content when there is none.
    public func destroy(timeout: Duration = .seconds(300)) async throws(MachineError) {
        try await tell("destroy the machine in `\(folder)`", ["destroy", "--force"], timeout: timeout) { _ in }
    }

    public func saveSnapshot(_ name: String, timeout: Duration = .seconds(600)) async throws(MachineError) {
        try await tell("save a snapshot of the machine", ["snapshot", "save", "--force", name], timeout: timeout) { _ in }
    }

    public func restoreSnapshot(_ name: String, timeout: Duration = .seconds(900)) async throws(MachineError) {
        try await tell("restore the machine's snapshot `\(name)`", ["snapshot", "restore", "--no-provision", name], timeout: timeout) { _ in }
    }

    private func command(_ arguments: [String], timeout: Duration) -> Command {
        // Vagrant asks its maker's server for news and telemetry otherwise.
        var variables = ["VAGRANT_CHECKPOINT_DISABLE": "1", "VAGRANT_NO_COLOR": "1"].merging(environment) { $1 }
        // The Vagrantfiles would take OpenSSH for want of WinRM, and `run` speaks the latter alone.
        if shell == .winrm { variables["HALLMARK_BOX_SHELL"] = "winrm" }
        return Command(
            executable, arguments, environment: .inherited(adding: variables), workingDirectory: folder, timeout: timeout,
            grace: .seconds(30))
    }

    private func ask(_ action: String, _ arguments: [String], timeout: Duration) async throws(MachineError) -> [VagrantOutput] {
        let result: ProcessResult
        do throws(ProcessError) { result = try await command(arguments + ["--machine-readable"], timeout: timeout).run() } catch {
            throw translated(error)
        }
        let lines = result.outputText.split(whereSeparator: \.isNewline).compactMap { VagrantOutput(parsing: String($0)) }
        guard result.exit.isSuccess else {
            // `error-exit,<class>,<message>`
            let said = lines.first { $0.type == "error-exit" }?.data.last ?? String(result.errorText.suffix(1000))
            throw .refused(action: action, reason: Self.oneLine(said))
        }
        return lines
    }

    private func tell(
        _ action: String, _ arguments: [String], timeout: Duration, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(MachineError) {
        let last = LastWords()
        let exit: ProcessExit
        do throws(ProcessError) {
            exit = try await command(arguments, timeout: timeout).stream { line in
                last.append(line.text)
                onLine(line)
            }
        } catch { throw translated(error) }
        guard exit.isSuccess else { throw .refused(action: action, reason: Self.oneLine(last.text)) }
    }

    private func translated(_ error: ProcessError) -> MachineError {
        if case .notFound = error { .vagrantMissing } else { .process(error) }
    }

    static func oneLine(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.joined(
            separator: " ")
        // Vagrant tells at length what it does and says what went wrong at the end.
        return line.isEmpty ? "it said nothing" : line.count > 900 ? "…" + line.suffix(900) : line
    }
}
