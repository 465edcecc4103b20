import Basics

struct ContentsView {
    let id: String
    let name: String
    let count: String?

    /// The sections that the page has, in its order.
    static func all(of report: BuildReport) -> [ContentsView] {
        func part(_ id: String, _ name: String, _ count: Int) -> ContentsView? {
            count == 0 ? nil : ContentsView(id: id, name: name, count: count == 1 ? nil : String(count))
        }
        let checklists = report.checklists.enumerated().map { ContentsView(id: "checklist-\($0 + 1)", name: $1.title, count: nil) }
        let first = [
            part("artifacts", "Artifacts", report.artifacts.count), part("matrix", "Matrix", report.matrix?.rows.count ?? 0),
            part("verification", "Verification", report.verdict.steps.count), ContentsView(id: "origin", name: "Request and source", count: nil),
            part("builds", "Builds", report.builds.count), part("timeline", "Timeline", report.timeline.isEmpty ? 0 : 1),
        ]
        let last = [
            part("statements", "Signed statements", report.envelopes.count), part("commands", "Check it yourself", report.commands.isEmpty ? 0 : 1),
            part("recipe", "Recipe", report.recipe.isEmpty ? 0 : 1), part("files", "Files", report.files.count),
        ]
        return first.compactMap { $0 } + checklists + last.compactMap { $0 }
    }
}

struct ArtifactView {
    let fileName: String
    let link: String?
    let subdir: String
    let size: String
    let variant: String
    let sha256: String
    let payload: String?

    init(_ artifact: BuildReport.Artifact) {
        fileName = artifact.fileName
        link = RelativeLink.encoded(artifact.path)
        subdir = artifact.subdir
        size = Amounts.bytes(artifact.byteCount)
        variant = artifact.variant
        sha256 = artifact.sha256.hexadecimal
        payload = artifact.payloadSHA256?.hexadecimal
    }
}

struct RowView {
    struct CellView {
        let artifact: String
        let style: String
        let sign: String
        let word: String
        let reason: Prose?
        let log: String?
        let duration: String?
    }

    let system: String
    let detail: String?
    let cells: [CellView]

    init(_ row: BuildReport.Row, artifacts: [String]) {
        system = row.system
        detail = row.detail
        cells = artifacts.enumerated().map { index, artifact in
            guard row.cells.indices.contains(index), let cell = row.cells[index] else {
                return CellView(artifact: artifact, style: "none", sign: "", word: "not planned", reason: nil, log: nil, duration: nil)
            }
            let look = cell.look
            return CellView(
                artifact: artifact, style: look.style, sign: look.sign, word: look.word, reason: cell.reason.map(Prose.init),
                log: RelativeLink.encoded(cell.log),
                duration: cell.seconds.map(Amounts.duration))
        }
    }
}

struct StepView {
    let title: String
    let word: String
    let sign: String
    let style: String
    let details: [Prose]

    init(_ step: BuildReport.Step) {
        let look = step.outcome.look
        (title, word, sign, style, details) = (step.title, look.word, look.sign, look.style, step.details.map(Prose.init))
    }
}

struct FactView {
    let label: String
    let value: String
    let link: String?
    let isCode: Bool
    let isText: Bool

    init(_ label: String, _ value: String, link: String? = nil, isCode: Bool = false) {
        self.label = label
        self.value = value
        self.link = link
        self.isCode = link == nil && isCode
        isText = link == nil && !isCode
    }

    static func all(of origin: BuildReport.Origin) -> [FactView] {
        [
            origin.reason.map { FactView("Reason", $0) },
            origin.pullRequest.map { FactView("Pull request", $0, link: RelativeLink.web($0)) },
            origin.enabledBy.map { FactView("Enabled by", $0) },
            origin.builder.map { FactView("Built by", $0) },
            origin.channel.map { FactView("Channel", $0) },
            FactView("Feedstock", origin.feedstock),
            origin.remoteURL.map { FactView("From", $0, link: RelativeLink.web($0)) },
            FactView("Commit", origin.commit, isCode: true),
            origin.branch.map { FactView("Branch", $0, isCode: true) },
            origin.recipeSHA256.map { FactView("Recipe’s digest", $0.hexadecimal, isCode: true) },
        ].compactMap { $0 }
    }
}

struct DayView {
    struct EventView {
        let stamp: String
        let time: String
        let step: String
        let text: Prose
        let isTrouble: Bool
    }

    let day: String
    let events: [EventView]

    static func all(of timeline: [BuildReport.Event]) -> [DayView] {
        var days: [(day: String, events: [EventView])] = []
        for event in timeline {
            let view = EventView(
                stamp: event.time.description, time: Clock.minute(event.time), step: event.step, text: Prose(event.text), isTrouble: event.isTrouble)
            if days.last?.day == Clock.day(event.time) {
                days[days.count - 1].events.append(view)
            } else {
                days.append((Clock.day(event.time), [view]))
            }
        }
        return days.map { DayView(day: $0.day, events: $0.events) }
    }
}

struct ChecklistView {
    struct LineView {
        let text: Prose
        let answer: Prose?
        let sign: String
        let style: String
        let isAutomatic: Bool
    }

    let id: String
    let title: String
    let lines: [LineView]
    let signedOff: String?

    init(_ checklist: BuildReport.Checklist, id: String) {
        self.id = id
        title = checklist.title
        lines = checklist.lines.map { line in
            let look = line.state.look
            return LineView(
                text: Prose(line.text), answer: line.answer.map(Prose.init), sign: look.sign, style: look.style, isAutomatic: line.isAutomatic)
        }
        signedOff = checklist.signedOffBy.map { "Signed off by \($0)" + (checklist.signedOffAt.map { " on \(Clock.full($0))" } ?? "") + "." }
    }
}

struct EnvelopeView {
    let kind: String
    let predicateType: String
    let subject: String
    let signer: String
    let keyID: String
    let leaf: String?
    let sha256: String

    init(_ envelope: BuildReport.Envelope) {
        kind = Self.kind(of: envelope.predicateType)
        predicateType = envelope.predicateType
        subject = envelope.subject
        signer = envelope.signer ?? "an unknown key"
        keyID = envelope.keyID
        leaf = envelope.leaf.map(String.init)
        sha256 = envelope.sha256.hexadecimal
    }

    /// What a predicate says, where we know it.
    private static func kind(of predicateType: String) -> String {
        switch predicateType {
        case let type where type.hasPrefix("https://slsa.dev/provenance/"): "Provenance"
        case let type where type.hasPrefix("https://slsa.dev/verification_summary/"): "Review"
        case let type where type.hasPrefix("https://in-toto.io/attestation/test-result/"): "Test result"
        case let type where type.contains("publish"): "Publication"
        default: "Statement"
        }
    }
}

struct CommandView {
    let purpose: Prose
    let command: String
}

struct FileView {
    let path: String
    let link: String?
    let size: String
    let sha256: String

    init(_ file: BuildReport.File, isLinked: Bool) {
        path = file.path
        link = isLinked ? RelativeLink.encoded(file.path) : nil
        size = Amounts.bytes(file.byteCount)
        sha256 = file.sha256.hexadecimal
    }
}
