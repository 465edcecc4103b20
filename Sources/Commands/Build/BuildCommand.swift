import ArgumentParser
import Basics
import Containers
import Files
import Foundation
import Synchronization
import SystemPackage
import TerminalUI
import Workbench

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Build the variants that are not built yet.",
        discussion: """
            Drives the feedstock's own `.scripts/run_docker_build.sh`, or ours where it has none. The container outlives this command: after a kill or a \
            closed terminal the same command takes up what still runs, and never repeats what is done. Ctrl-C leaves the container running. \
            With --keep the container of a failed build stays: --shell enters what it held, --continue starts it again where it stands.
            """)

    @Argument(help: .init("Variants by name; all if none is given.", valueName: "variant")) var variants: [String] = []
    @OptionGroup var workspace: WorkspaceOptions
    @Option(name: .long, help: .init("Compiler jobs at once, CPU_COUNT (default: that variable, else by cores and memory).", valueName: "n"))
    var jobs: Int?
    @Option(name: .customLong("memory-limit"), help: .init("A limit on the container's memory, in GiB.", valueName: "gib")) var memory: Int64?
    @Option(name: .customLong("ccache"), help: .init("A folder in which compilers keep what they made.", valueName: "dir")) var cache: String?
    @Option(name: .customLong("sccache"), help: .init("A folder for sccache; one build at a time.", valueName: "dir")) var sccache: String?
    @Flag(name: .long, help: "Leave a failed container to be entered.") var keep = false
    @Flag(name: .long, help: "Enter what the container of a failed build held; nothing is built.") var shell = false
    @Flag(name: .customLong("continue"), help: "Start the kept container of a failed build again, in place of a new one.") var goOn = false
    @Flag(name: .customLong("accept-oddities"), help: "Build although the feedstock is not as it should be; the record says so.") var acceptOddities =
        false
    @Flag(name: .customLong("show-log"), help: "Show every line of the log, not only the phases.") var showLog = false

    func validate() throws {
        if shell, goOn { throw ValidationError("--shell and --continue exclude each other.") }
        if shell, variants.count > 1 { throw ValidationError("--shell enters one variant.") }
        if let jobs, jobs < 1 { throw ValidationError("--jobs is a number from 1 on.") }
    }

    /// What somebody asked for: here, or for every build in this shell.
    private func wantedJobs() throws -> Int? {
        guard jobs == nil, let text = CommandContext.current.environment["CPU_COUNT"], !text.isEmpty else { return jobs }
        guard let number = Int(text), number >= 1 else { throw ValidationError("CPU_COUNT is `\(text)`, and it must be a number from 1 on.") }
        return number
    }

    private func noteCaches(_ ccache: CompilerCacheUse?, _ sccache: SccacheUse?) {
        if let ccache { terminal.note("ccache: \(ccache.words)") }
        if let sccache { terminal.note("sccache: \(sccache.words.printable)") }
    }

    func run() async throws {
        if shell { return try await KeptShell.enter(try workspace.find(), variant: variants.first) }
        let session = try workspace.session(for: "build")
        let progress = BuildProgress(showsLog: showLog)
        var building = VariantBuilding(
            session: session, variants: variants, executable: CommandContext.current.executable, jobs: try wantedJobs(),
            limits: .init(memory: memory.map { $0 << 30 }), compilerCache: cache.map { FilePath($0).absolute }, keepsFailedContainer: keep || goOn,
            continuesKept: goOn, history: BuildHistory(folder: UserFolder.cache.path.appending("history")), acceptsOddities: acceptOddities,
            version: Version.text)
        building.showsEveryLine = showLog
        building.sccache = sccache.map { FilePath($0).absolute }
        building.boxes = MatrixTesting.boxes(
            folder: FilePath(CommandContext.current["VAGRANT"] ?? "vagrant").absolute, variables: MatrixOptions.boxVariables)
        let results = try await building.run { progress.show($0) }
        terminal.clearProgress()
        var failed = 0
        for result in results {
            switch result {
            case .built(let built, let isNew):
                for artifact in built.artifacts {
                    terminal.output("\(session.workspace.builtFile(of: artifact, variant: built.variant))")
                    terminal.note(
                        "\(terminal.styled("built", .good)) \(artifact.path), \(Measure.bytes(artifact.byteCount))\(isNew ? "" : ", done before"), sha256 \(artifact.sha256)"
                    )
                }
                noteCaches(built.compilerCache, built.sccache)
            case .failed(let event, let hint):
                failed += 1
                terminal.note("\(terminal.styled("failed", .bad)) \(event.variant.printable): \(event.reason.printable)")
                if let hint { terminal.note(terminal.styled("hint:", .warning) + " " + hint) }
                if let log = event.log { terminal.note("log: \(session.workspace.absolute(log.path))") }
                if keep || goOn { terminal.note("kept: `hallmark build --shell` enters its container, `hallmark build --continue` starts it again") }
                noteCaches(event.compilerCache, event.sccache)
                for file in event.broken { terminal.note("kept, never to be signed: \(session.workspace.absolute(file.path))") }
            }
        }
        if failed > 0 { throw AnswerIsNo(sentence: "\(Measure.count(failed, "variant")) of \(results.count) failed") }
        terminal.note("next: `hallmark embed`, then `hallmark matrix run`")
    }
}

/// Says what a build is doing: a line a phase, and on a terminal the last line of the log with the time beside it.
final class BuildProgress: Sendable {
    private struct State {
        var variant = ""
        var phase = ""
        var began = Date()
        var phaseBegan = Date()
        /// Of phases that are over, in seconds.
        var worked = 0.0
        var earlier: BuildNeeds?
        var plan: JobPlan?

        /// `12 min 14 s`, and what is left where an earlier build tells it.
        var times: String {
            let now = Date()
            let inPhase = now.timeIntervalSince(phaseBegan)
            // A build that is taken up began before this command did.
            let elapsed = max(now.timeIntervalSince(began), worked + inPhase)
            guard let left = earlier?.remaining(phase: phase, inPhase: inPhase, elapsed: elapsed) else { return Measure.duration(elapsed) }
            return "\(Measure.duration(elapsed)), about \(Measure.duration(left)) left"
        }
    }
    private let state = Mutex(State())
    private let showsLog: Bool

    init(showsLog: Bool) { self.showsLog = showsLog }

    func show(_ progress: VariantBuilding.Progress) {
        switch progress {
        case .began(let variant, let position, let count, let earlier, let plan):
            state.withLock { $0 = State(variant: variant, earlier: earlier, plan: plan) }
            let last = earlier.map { ", which took \(Measure.duration($0.seconds)) last time" } ?? ""
            terminal.note("building \(variant.printable) (\(position) of \(count))\(last)")
        case .event(_, .container(let name, let isResumed)):
            terminal.note("  container \(name)\(isResumed ? ", which was running already" : "")")
        case .event(_, .jobs(let jobs)):
            let reason = state.withLock { state in
                state.plan.map { plan in
                    plan.jobs < plan.cores
                        ? ", because a job takes \(Measure.bytes(plan.memoryPerJob))\(plan.isLearned ? " by earlier builds" : "") of \(Measure.bytes(plan.availableMemory)) free"
                        : ", one a core"
                }
            }
            terminal.note("  CPU_COUNT=\(jobs)\(reason ?? ", as asked for")")
        case .event(_, .phase(let phase, let began, let before)):
            let (line, left) = state.withLock { state in
                let now = Date()
                // By the log's own times: what an earlier run or another terminal saw comes all at once.
                let line = before.map { "  \($0.name.printable.padded(toColumns: 32)) \(Measure.duration($0.seconds))" }
                state.worked += before?.seconds ?? 0
                state.phase = phase
                state.phaseBegan = began
                return (line, state.earlier?.remaining(phase: phase, inPhase: 0, elapsed: now.timeIntervalSince(state.began)))
            }
            if let line { terminal.note(line) }
            // Where lines stay, what is left is said once a phase, and only where it is worth knowing.
            if let left, left >= 60 { terminal.note("  \(phase.printable): about \(Measure.duration(left)) left, by the last build") }
        case .event(_, .line(let line)):
            if showsLog { return terminal.note("  " + line.text.printable) }
            let shown = state.withLock { "\($0.times)  \($0.phase.printable)  \(line.text.printable)" }
            terminal.showProgress(shown)
        }
    }
}
