import Basics
public import Conda
import Cryptography
import Files
import Foundation
import JSONReading
public import Machines
import Processes
import Synchronization
public import SystemPackage

/// One variant of a feedstock, built by the feedstock's own script in a machine of Vagrant's: Windows and macOS, which no container can be.
///
/// The checkout is copied in, and what was made is copied out. By SSH the build is no child of ours: after a kill the same value in another process
/// shows its log from the first line and takes its result. By WinRM it is, and a build that was killed begins anew.
public struct BoxBuild: Sendable {
    public var feedstock: FilePath
    /// The file name in `.ci_support`, without `.yaml`.
    public var variant: String
    public var subdir: Subdir
    public var machine: VagrantMachine
    /// Vagrant's word for what runs the machine; its own choice if nil.
    public var provider: String?
    public var startLimit: Duration
    /// How long the build may take.
    public var limit: Duration
    /// Of this attempt alone.
    public var folder: FilePath
    public var runID: String
    public var feedstockName: String
    public var commit: String
    public var remoteURL: String
    public var jobs: Int?
    /// False tells of the log's last line now and then instead of each.
    public var showsEveryLine: Bool
    /// Leaves the machine as a failed build left it.
    public var keepsFailedMachine: Bool

    public init(
        feedstock: FilePath, variant: String, subdir: Subdir, machine: VagrantMachine, provider: String? = nil, startLimit: Duration = .seconds(7200),
        limit: Duration = .seconds(86_400), folder: FilePath, runID: String, feedstockName: String, commit: String, remoteURL: String,
        jobs: Int? = nil, keepsFailedMachine: Bool = false, showsEveryLine: Bool = true
    ) {
        self.feedstock = feedstock.absolute
        self.variant = variant
        self.subdir = subdir
        self.machine = machine
        self.provider = provider
        self.startLimit = startLimit
        self.limit = limit
        self.folder = folder.absolute
        self.runID = runID
        self.feedstockName = feedstockName
        self.commit = commit
        self.remoteURL = remoteURL
        self.jobs = jobs
        self.keepsFailedMachine = keepsFailedMachine
        self.showsEveryLine = showsEveryLine
    }

    /// conda-smithy's scripts for systems that are no containers leave no marker: their exit code is the answer.
    public static func script(for subdir: Subdir) -> String { subdir.name.hasPrefix("win-") ? "run_win_build.bat" : "run_osx_build.sh" }

    var outcomeFile: FilePath { folder.appending("outcome.json") }
    private var logFile: FilePath { folder.appending("build.log") }
    private var stateFile: FilePath { folder.appending("machine.json") }
    private var products: FilePath { folder.appending("products") }

    /// What the next process must know of the machine.
    private struct State: Codable {
        /// How the machine was found, which it is to be left as.
        var found: String
        var started: Timestamp
        /// Whether the build was begun in it.
        var isBegun = false
    }

    /// Builds, or takes up a build that an earlier process of ours began, and returns what became of it.
    public func run(onEvent: @escaping @Sendable (BuildEvent) -> Void = { _ in }) async throws(BuildError) -> BuildOutcome {
        try attempt { () throws(FileError) in try products.createDirectory() }
        if outcomeFile.exists { return try read(BuildOutcome.self, outcomeFile) }
        let log: BuildLog
        do throws(FileError) {
            log = BuildLog(
                try BuildLogWriter.create(at: logFile, redaction: Redaction(values: ChildEnvironment.withheldValues())),
                showsEveryLine: showsEveryLine, onEvent: onEvent)
        } catch { throw .file(error) }
        // Cancelled and waited for where this scope ends.
        async let _: Void = log.flushNowAndThen()
        let (state, code, reason, isTimedOut) = try await built(log, onEvent)
        let outcome = try finished(state, log, code: code, reason: reason, isTimedOut: isTimedOut)
        if !(keepsFailedMachine && outcome.failure != nil) { try await leave(state) }
        return outcome
    }

    private func built(
        _ log: BuildLog, _ onEvent: @escaping @Sendable (BuildEvent) -> Void
    ) async throws(BuildError) -> (State, Int32?, String?, isTimedOut: Bool) {
        var state = State(found: "", started: .now)
        do throws(MachineError) {
            let found = try await machine.state()
            if stateFile.exists {
                state = try readState()
            } else {
                state.found = found.rawValue
                try write(state)
            }
            if found != .running {
                state.isBegun = false
                try await machine.up(provider: provider, timeout: startLimit) { line in
                    log.append(BuildLogLine(time: line.time, stream: .script, text: line.text))
                }
            }
            let work = BoxWork(of: self)
            let isResumed = state.isBegun && machine.shell == .ssh
            onEvent(.container(name: machine.folder.lastComponent?.string ?? "box", isResumed: isResumed))
            if !isResumed {
                try await work.begin(in: folder)
                state.isBegun = true
                try write(state)
            }
            let exit: ProcessExit
            do throws(MachineError) { exit = try await work.follow(log) } catch {
                if case .process(.timedOut) = error { return (state, nil, nil, true) }
                throw error
            }
            try await work.bringProducts(to: products)
            return (state, exit.code, nil, false)
        } catch {
            if case .process(.cancelled) = error { throw .leftInMachine(machine.folder) }
            _ = log.end()
            throw .machine(error)
        }
    }

    private func finished(_ state: State, _ log: BuildLog, code: Int32?, reason: String?, isTimedOut: Bool) throws(BuildError) -> BuildOutcome {
        let (phases, lineCount, logFailure, lastLines, _) = log.end()
        let digests: FileDigests
        let made: (artifacts: [BuildOutcome.Product], broken: [BuildOutcome.Product])
        do throws(FileError) {
            digests = try FileDigests.compute(logFile)
            made = try BuildProducts(scanning: products).new(since: BuildProducts(scanning: folder.appending("none")), in: products)
        } catch { throw .file(error) }
        let now = Timestamp.now
        var outcome = BuildOutcome(
            variant: variant, scriptExit: code, container: nil, hasMarker: false, artifacts: made.artifacts, broken: made.broken,
            log: .init(path: logFile.string, sha256: digests.sha256, byteCount: digests.byteCount, lineCount: lineCount), phases: phases,
            started: state.started, finished: now, duration: Double(now.seconds - state.started.seconds), isResumed: false, jobs: jobs, record: nil,
            resources: nil, compilerCache: nil, sccache: nil, restored: [], failure: nil)
        if let logFailure {
            outcome.failure = .diskFull(line: logFailure.message)
        } else if isTimedOut {
            outcome.failure = .stopped
        } else if code != 0 {
            outcome.failure = BuildFailure(
                guessing: .init(
                    scriptExit: code, container: nil, record: nil, brokenPackages: made.broken.map(\.name.fileName), hasMarker: true,
                    isStopped: false, jobs: jobs, lines: lastLines, freeBytes: nil))
        } else if made.artifacts.isEmpty {
            outcome.failure = .noArtifacts
        }
        let data: Data
        do throws(JSONError) { data = try StrictJSON.encode(outcome, pretty: true) } catch { throw .json(outcomeFile, error) }
        try attempt { () throws(FileError) in try outcomeFile.replaceContents(with: data) }
        return outcome
    }

    /// A machine that was not there before is destroyed, one that was off is halted, and one that ran is somebody's own.
    private func leave(_ state: State) async throws(BuildError) {
        let machine = machine
        do throws(MachineError) {
            try await uncancelled { () async throws(MachineError) in
                switch VagrantMachine.State(rawValue: state.found) {
                case .running?: break
                case .notCreated?: try await machine.destroy()
                default: try await machine.halt()
                }
            }
        } catch { throw .machine(error) }
    }

    private func attempt(_ body: () throws(FileError) -> Void) throws(BuildError) {
        do throws(FileError) { try body() } catch { throw .file(error) }
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ path: FilePath) throws(BuildError) -> Value {
        let data: Data
        do throws(FileError) { data = try path.contents(limit: 64 << 20) } catch { throw .file(error) }
        do throws(JSONError) { return try StrictJSON.decode(type, from: data, limits: .init(bytes: 64 << 20)) } catch { throw .json(path, error) }
    }

    private func readState() throws(MachineError) -> State {
        do throws(BuildError) { return try read(State.self, stateFile) } catch {
            throw .refused(action: "take up the build in `\(folder)`", reason: error.message)
        }
    }

    private func write(_ state: State) throws(MachineError) {
        let data: Data
        do throws(JSONError) { data = try StrictJSON.encode(state, pretty: true) } catch {
            throw .refused(action: "write `\(stateFile)`", reason: error.message)
        }
        do throws(FileError) { try stateFile.replaceContents(with: data) } catch { throw .file(error) }
    }
}
