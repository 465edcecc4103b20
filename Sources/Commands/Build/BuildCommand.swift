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
            closed terminal the same command takes up what still runs, and never repeats what is done. Ctrl-C leaves the container running.
            """)

    @Argument(help: .init("Variants by name; all if none is given.", valueName: "variant")) var variants: [String] = []
    @OptionGroup var workspace: WorkspaceOptions
    @Option(name: .long, help: .init("Compiler jobs at once, CPU_COUNT (default: what the script takes).", valueName: "n")) var jobs: Int?
    @Option(name: .customLong("memory-limit"), help: .init("A limit on the container's memory, in GiB.", valueName: "gib")) var memory: Int64?
    @Option(name: .customLong("ccache"), help: .init("A folder in which compilers keep what they made.", valueName: "dir")) var cache: String?
    @Flag(name: .long, help: "Leave a failed container to be entered.") var keep = false
    @Flag(name: .customLong("accept-oddities"), help: "Build although the feedstock is not as it should be; the record says so.") var acceptOddities =
        false
    @Flag(name: .customLong("show-log"), help: "Show every line of the log, not only the phases.") var showLog = false

    func run() async throws {
        let session = try workspace.session(for: "build")
        let progress = BuildProgress(showsLog: showLog)
        let results = try await VariantBuilding(
            session: session, variants: variants, executable: CommandContext.current.executable, jobs: jobs,
            limits: .init(memory: memory.map { $0 << 30 }), compilerCache: cache.map { FilePath($0).absolute }, keepsFailedContainer: keep,
            acceptsOddities: acceptOddities, version: Version.text
        ).run { progress.show($0) }
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
            case .failed(let event, let hint):
                failed += 1
                terminal.note("\(terminal.styled("failed", .bad)) \(event.variant.printable): \(event.reason.printable)")
                if let hint { terminal.note(terminal.styled("hint:", .warning) + " " + hint) }
                if let log = event.log { terminal.note("log: \(session.workspace.absolute(log.path))") }
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
    }
    private let state = Mutex(State())
    private let showsLog: Bool

    init(showsLog: Bool) { self.showsLog = showsLog }

    func show(_ progress: VariantBuilding.Progress) {
        switch progress {
        case .began(let variant, let position, let count):
            state.withLock { $0 = State(variant: variant) }
            terminal.note("building \(variant.printable) (\(position) of \(count))")
        case .event(_, .container(let name, let isResumed)):
            terminal.note("  container \(name)\(isResumed ? ", which was running already" : "")")
        case .event(_, .phase(let phase)):
            let line = state.withLock { state in
                let now = Date()
                let line =
                    state.phase.isEmpty
                    ? nil : "  \(state.phase.printable.padded(toColumns: 32)) \(Measure.duration(now.timeIntervalSince(state.phaseBegan)))"
                state.phase = phase
                state.phaseBegan = now
                return line
            }
            if let line { terminal.note(line) }
        case .event(_, .line(let line)):
            if showsLog { return terminal.note("  " + line.text.printable) }
            let shown = state.withLock { "\(Measure.duration(Date().timeIntervalSince($0.began)))  \($0.phase.printable)  \(line.text.printable)" }
            terminal.showProgress(shown)
        }
    }
}
