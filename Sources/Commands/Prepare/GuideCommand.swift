public import ArgumentParser
import Basics
import Checklists
import Files
import Foundation
import SystemPackage
import TerminalUI
import Workbench

struct GuideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guide", abstract: "Walk a checklist through this very build.",
        discussion: """
            Asks what only a person can say, and checks the rest. --answers takes the answers from a file instead. When nothing that is required up to --through is \
            open, the checklist is signed off and the sign-off goes into the journal. Exit code 1 while something is open.
            """)

    @Argument(help: .init("A checklist's name, or the path of one.", valueName: "checklist")) var name = "manual-build"
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var needs: NeedsOptions
    @Option(name: .long, help: .init("A YAML or JSON file with the answers.", valueName: "file")) var answers: String?
    @Option(name: .long, help: "Who answers, by their name in the roster.") var person: String?
    @Option(name: .long, help: .init("The last step to look at, such as plan or upload.", valueName: "step")) var through: LifeStep = .promote
    @OptionGroup var format: FormatOption

    func run() async throws {
        let session = try workspace.session(for: "guide")
        let checklist = try ChecklistChoice.read(name)
        let who = person ?? CommandContext.current["PERSON"]
        let trust = try trust.trustIfNamed(workspace: session.workspace)
        terminal.showProgress("looking at the machine and the build")
        let results = try await ChecklistWalk(
            workspace: session.workspace, trust: trust, doctor: needs.doctor(for: session.workspace), person: who
        ).results()
        terminal.clearProgress()
        var given = try answers.map { try Answers(parsing: try FilePath($0).contents(limit: 1 << 20), for: checklist) } ?? Answers(to: checklist)
        if answers == nil { try ask(checklist, &given, results) }
        let state = ChecklistState(checklist: checklist, answers: given, results: results)
        let rows = checklist.items.filter { $0.step <= through }.map { GuideRow($0, state.status(of: $0)) }
        try format.show(rows) { [checklist.title, ""] + rows.flatMap(\.lines) }
        let open = state.open(through: through)
        guard open.isEmpty else { throw AnswerIsNo(sentence: "\(Measure.count(open.count, "item")) open: \(open.map(\.id).joined(separator: ", "))") }
        guard let who else { throw WorkspaceError.missingSetting("who signs the checklist off", flag: "--person NAME") }
        let signOff = try await ChecklistWalk.signOff(state, through: through, by: who, in: session)
        terminal.note("\(terminal.styled("signed off", .good)) by \(who): \(signOff)")
    }

    private func ask(_ checklist: Checklist, _ answers: inout Answers, _ results: [AutomaticCheck: AutomaticCheck.Result]) throws {
        var step: LifeStep?
        for item in checklist.items where item.step <= through {
            if item.step != step { terminal.note("\n" + terminal.styled(item.step.rawValue, .strong)) }
            step = item.step
            terminal.note("  " + item.text)
            terminal.note("  " + terminal.styled(item.why, .faint))
            switch item.kind {
            case .automatic(let check): terminal.note("  → " + GuideRow(item, .init(results[check])).found)
            case .confirm: try answers.record(.confirmed(try Prompt.confirm("  yes?", flag: "--answers")), to: item.id, in: checklist)
            case .text:
                let text = try Prompt.line("  answer:", flag: "--answers")
                if !text.isEmpty { try answers.record(.text(text), to: item.id, in: checklist) }
            case .choice(let choices):
                let text = try Prompt.line("  \(choices.joined(separator: " | ")):", flag: "--answers")
                if !text.isEmpty { try answers.record(.text(text), to: item.id, in: checklist) }
            }
        }
    }
}

/// An item of a checklist with where it stands.
struct GuideRow: Encodable {
    let id: String
    let step: String
    let text: String
    let status: String
    let found: String

    init(_ item: Checklist.Item, _ status: ChecklistState.Status) {
        id = item.id
        step = item.step.rawValue
        text = item.text
        (self.status, found) =
            switch status {
            case .answered(let answer): ("answered", answer.description.printable)
            case .declined: ("declined", "no")
            case .passed(let detail): ("passed", detail.printable)
            case .failed(let detail): ("failed", detail.printable)
            case .open(let detail): (item.isRequired ? "open" : "optional", detail?.printable ?? "")
            }
    }

    var lines: [String] {
        let style: Style = status == "failed" || status == "declined" ? .bad : status == "open" ? .warning : status == "optional" ? .faint : .good
        let mark = terminal.styled(status, style)
        return ["\(step.padded(toColumns: 9))\(mark.padded(toColumns: 10))\(text)"] + (found.isEmpty ? [] : ["                   \(found)"])
    }
}

extension ChecklistState.Status {
    init(_ result: AutomaticCheck.Result?) {
        self =
            switch result {
            case .passed(let detail): .passed(detail: detail)
            case .failed(let detail): .failed(detail: detail)
            case .undecided(let detail): .open(detail: detail)
            case nil: .open(detail: nil)
            }
    }
}

extension LifeStep: ExpressibleByArgument {}
