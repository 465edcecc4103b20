import Files
import Foundation
import Machines
public import Processes
import Synchronization
public import SystemPackage

/// How boxes are driven.
public struct BoxSettings: Sendable {
    /// The folder that holds `boxes.yaml` and the Vagrantfiles.
    public var folder: FilePath
    /// Vagrant's word for what runs the machine; its own choice if nil.
    public var provider: String?
    public var executable: Command.Executable
    /// On top of our own, such as `VAGRANT_HOME` and the variables that name the boxes.
    public var environment: [String: String]
    /// How long a machine may take to start.
    public var startLimit: Duration

    public init(
        folder: FilePath, provider: String? = nil, executable: Command.Executable = .name("vagrant"), environment: [String: String] = [:],
        startLimit: Duration = .seconds(1800)
    ) {
        self.folder = folder
        self.provider = provider
        self.executable = executable
        self.environment = environment
        self.startLimit = startLimit
    }
}

enum BoxSessionError: Error {
    case cancelled
    case machine(String)
}

/// A box that is running for some cells of a matrix, one after another.
///
/// A machine that was not there before is destroyed at the end; one that somebody had made is left as it was found. Where the provider
/// has snapshots, one is taken of a fresh machine and every artifact begins with it, so that none sees what another left.
struct BoxSession: Sendable {
    let machine: VagrantMachine
    let system: SystemFacts
    private let found: VagrantMachine.State
    /// Whether a snapshot of the fresh machine was taken.
    let hasSnapshot: Bool
    /// What a Windows has in its own folder of libraries, in small letters; empty for other systems.
    let systemLibraries: Set<String>
    let environments = Uploaded()
    /// Of this session alone, in names of what it brings.
    let name = "hallmark-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"

    private static let snapshot = "hallmark"

    final class Uploaded: Sendable {
        let prefixes = Mutex<Set<String>>([])
    }

    static func open(_ box: Box, _ settings: BoxSettings, work: FilePath) async throws(BoxSessionError) -> BoxSession {
        let machine = VagrantMachine(
            folder: settings.folder.pushing(FilePath(box.vagrantfile)), shell: box.shell, executable: settings.executable,
            environment: settings.environment)
        do throws(MachineError) {
            let found = try await machine.state()
            if found != .running { try await machine.up(provider: settings.provider, timeout: settings.startLimit) }
            // Not of a machine that is somebody's own, and not every provider can.
            let hasSnapshot = found == .notCreated ? await isSaved(machine) : false
            let (system, libraries) = try await looked(at: machine)
            return BoxSession(machine: machine, system: system, systemLibraries: libraries, found: found, hasSnapshot: hasSnapshot)
        } catch {
            if case .process(.cancelled) = error { throw .cancelled }
            throw .machine(error.message)
        }
    }

    private static func looked(at machine: VagrantMachine) async throws(MachineError) -> (SystemFacts, libraries: Set<String>) {
        func answer(_ question: String) async throws(MachineError) -> [String] {
            let lines = Mutex<[String]>([])
            _ = try await machine.run(question, timeout: .seconds(120)) { line in lines.withLock { $0.append(line.text) } }
            return lines.withLock { $0 }
        }
        guard machine.shell == .winrm else { return (ImageProbe.facts(in: try await answer(ImageProbe.script)), []) }
        guard let system = WindowsProbe.facts(in: try await answer(WindowsProbe.line)) else {
            throw .refused(action: "say which Windows it is", reason: "`ver` named no version")
        }
        return (system, Set(try await answer(WindowsProbe.libraries).map { $0.lowercased() }))
    }

    private static func isSaved(_ machine: VagrantMachine) async -> Bool {
        do throws(MachineError) {
            try await machine.saveSnapshot(snapshot)
            return true
        } catch { return false }
    }

    /// Takes the machine back to how it was when it was fresh, where there is a snapshot of that.
    func refresh() async throws(MachineError) {
        guard hasSnapshot else { return }
        try await machine.restoreSnapshot(Self.snapshot)
        environments.prefixes.withLock { $0.removeAll() }
    }

    private init(machine: VagrantMachine, system: SystemFacts, systemLibraries: Set<String>, found: VagrantMachine.State, hasSnapshot: Bool) {
        self.systemLibraries = systemLibraries
        self.hasSnapshot = hasSnapshot
        self.machine = machine
        self.system = system
        self.found = found
    }

    /// Ends what `open` began; returns what kept it from ending, which says nothing of the artifacts.
    func close() async -> String? {
        let (machine, found) = (machine, found)
        if found != .notCreated, machine.shell == .winrm { await clearWindows() }
        // Also when the run was stopped: a machine left running costs its user memory and money.
        do throws(MachineError) {
            try await uncancelled { () async throws(MachineError) in
                switch found {
                case .running: break
                case .notCreated: try await machine.destroy()
                default: try await machine.halt()
                }
            }
            return nil
        } catch { return error.message }
    }

    /// Brings a folder of ours into the machine at the same path, once.
    func bring(_ prefix: FilePath, work: FilePath) async throws(MachineError) {
        guard environments.prefixes.withLock({ !$0.contains(prefix.string) }) else { return }
        let name = "hallmark-\(String(UInt64.random(in: 0...UInt64.max), radix: 36)).tar.gz"
        let archive = work.appending(name)
        do throws(FileError) { try work.createDirectory() } catch { throw .file(error) }
        defer { try? archive.removeAll() }
        do throws(ProcessError) { _ = try await Command("tar", ["-czf", archive.string, "-C", prefix.string, "."]).output() } catch {
            throw .process(error)
        }
        try await machine.upload(archive, to: "/tmp/\(name)")
        let path = TestStep.quoted(prefix.string)
        let exit = try await machine.run(
            "sudo mkdir -p \(path) && sudo tar -xzf /tmp/\(name) -C \(path) --no-same-owner && rm -f /tmp/\(name)", timeout: .seconds(600)
        ) { _ in }
        guard exit.isSuccess else { throw .refused(action: "unpack the environment in the machine", reason: exit.description) }
        environments.prefixes.withLock { _ = $0.insert(prefix.string) }
    }
}
