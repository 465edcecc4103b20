import Basics
import Checklists
import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Ledger
import Matrix
import Provenance
import Publishing
public import Reporting
import Roster
public import SystemPackage
import Verification

/// Fills the report from the journal, the results and the verdicts: it looks everything up and decides nothing.
public struct ReportComposition: Sendable {
    public let workspace: Workspace
    /// Verdicts are given only where somebody said which roster to believe.
    public let trust: Trust?
    public let version: String
    private let entries: [JournalEntry]
    private let state: WorkspaceState

    public init(workspace: Workspace, trust: Trust?, version: String) throws {
        self.workspace = workspace
        self.trust = trust
        self.version = version
        entries = try Journal(reading: workspace.journal).entries
        state = WorkspaceState(entries)
    }

    /// The files that `report` writes, each in the workspace's root.
    public func write() throws -> [FilePath] {
        let report = try report()
        return try ReportFormat.allCases.map { format in
            let path = workspace.root.appending(format.fileName)
            try path.replaceContents(with: try report.rendered(as: format))
            return path
        }
    }

    public func report() throws -> BuildReport {
        guard let opened = state.opened else { throw WorkspaceError.noFeedstockOpened }
        let verdicts = try state.artifacts.map { try verdict(on: $0) }
        let chain = try trust?.chain()
        let title = state.artifacts.first.map { "\($0.built.name.package) \($0.built.name.version)" } ?? opened.name
        return BuildReport(
            title: title, madeAt: .now, madeBy: "hallmark \(version)", verdict: summary(of: verdicts.compactMap(\.self)),
            origin: .init(
                feedstock: opened.name, commit: opened.commit, remoteURL: opened.remoteURL, pullRequest: state.requested?.pullRequest,
                reason: state.requested?.reason, enabledBy: state.requested?.enabledBy,
                builder: state.artifacts.lazy.compactMap(\.signed?.person).first,
                recipeSHA256: opened.recipeSHA256, channel: state.artifacts.lazy.compactMap(\.uploaded?.channel).first, oddities: opened.oddities),
            artifacts: state.artifacts.map { artifact in
                .init(
                    subdir: artifact.reference.subdir.name, fileName: artifact.reference.name.fileName, sha256: artifact.reference.sha256,
                    byteCount: artifact.reference.byteCount, variant: artifact.variant, path: relative(workspace.file(of: artifact.reference)),
                    payloadSHA256: artifact.embedded?.payloadSHA256)
            },
            builds: state.variants.compactMap(build), matrix: try matrix(), timeline: entries.compactMap(TimelineText.event), recipe: try recipe(),
            checklists: try checklists(), envelopes: try envelopes(chain),
            log: state.artifacts.lazy.compactMap(\.logged).last.map {
                .init(origin: $0.origin, treeSize: $0.treeSize)
            }, reviews: reviews(), commands: try commands(), files: try files())
    }

    private func relative(_ path: FilePath) -> String? { path.exists ? workspace.relative(path) : nil }

    private func verdict(on artifact: WorkspaceState.Artifact) throws -> Verification.Verdict? {
        guard let trust, artifact.signed != nil else { return nil }
        let file = workspace.file(of: artifact.reference)
        return try trust.verdict(on: file, profile: .build, subdir: artifact.reference.subdir).verdict
    }

    private func summary(of verdicts: [Verification.Verdict]) -> BuildReport.Verdict {
        guard verdicts.count == state.artifacts.count, !verdicts.isEmpty else {
            return .init(.open, summary: state.artifacts.isEmpty ? "nothing was built yet" : "nothing was verified yet")
        }
        let steps = verdicts.flatMap { verdict in
            verdict.steps.map { step in
                BuildReport.Step(
                    verdicts.count == 1 ? step.title : "\(step.title) · \(verdict.fileName)",
                    step.outcome == .failed ? .failed : step.outcome == .notChecked ? .unchecked : .passed,
                    step.failures.isEmpty ? step.facts : step.failures.map(\.description))
            }
        }
        let names = verdicts.count == 1 ? "the artifact" : "all \(verdicts.count) artifacts"
        if verdicts.contains(where: { $0.stage == .refused }) {
            return .init(.refused, summary: "the evidence does not hold for every artifact", steps: steps)
        }
        if verdicts.allSatisfy({ $0.stage == .reviewed }) {
            return .init(.accepted, summary: "the evidence for \(names) is complete and reviewed", steps: steps)
        }
        return .init(.awaitingReview, summary: "the builder's evidence for \(names) is complete; a second person has to review it", steps: steps)
    }

    private func build(_ variant: WorkspaceState.Variant) -> BuildReport.Build? {
        guard let planned = variant.planned else { return nil }
        switch variant.status {
        case .open, .building: return nil
        case .built(let built):
            return .init(
                variant: variant.name, succeeded: true, attempt: built.attempt, started: built.startedOn, finished: built.finishedOn,
                image: planned.image,
                imageDigest: planned.imageID, engine: planned.engine, phases: built.phases.map { .init($0.name, seconds: $0.seconds) },
                log: file(built.compressedLog ?? built.log), samples: ResourceCurves.samples(in: workspace, built.samples),
                use: ResourceCurves.use(built.resources, built.compilerCache, built.sccache))
        case .failed(let failed):
            let ends = entries.filter { if case .buildFailed(let value) = $0.event { value == failed } else { false } }.map(\.time)
            let starts = entries.filter { if case .buildStarted(let value) = $0.event { value.variant == variant.name } else { false } }.map(\.time)
            guard let start = starts.last, let end = ends.last else { return nil }
            return .init(
                variant: variant.name, succeeded: false, reason: failed.reason, attempt: failed.attempt, started: start, finished: end,
                image: planned.image,
                imageDigest: planned.imageID, engine: planned.engine, phases: (failed.phases ?? []).map { .init($0.name, seconds: $0.seconds) },
                log: failed.log.map(file), samples: ResourceCurves.samples(in: workspace, failed.samples),
                use: ResourceCurves.use(failed.resources, failed.compilerCache, failed.sccache))
        }
    }

    private func file(_ reference: JournalEvent.FileReference) -> BuildReport.File {
        .init(reference.path, sha256: reference.sha256, byteCount: reference.byteCount)
    }

    private func matrix() throws -> BuildReport.Matrix? {
        let artifacts = state.artifacts.filter { !$0.cells.isEmpty }
        guard !artifacts.isEmpty else { return nil }
        // What ran comes first: it is what the reader came for.
        var systems: [String] = []
        for didRun in [true, false] {
            for artifact in artifacts {
                for cell in artifact.cells.keys.sorted() where !systems.contains(cell) && (artifact.cells[cell]?.outcome != "unavailable") == didRun {
                    systems.append(cell)
                }
            }
        }
        let rows = try systems.map { system in
            var detail: String?
            let cells = try artifacts.map { artifact -> BuildReport.Cell? in
                guard let cell = artifact.cells[system] else { return nil }
                let result = try CellResult(reading: workspace.absolute(cell.result.path))
                detail = detail ?? result.system?.libc.map { "\($0)" }
                let log = result.log.map { workspace.matrix.appending(artifact.reference.name.fileName).appending($0.file) }
                return .init(
                    .init(rawValue: cell.outcome) ?? .failed, expected: .init(rawValue: cell.expected) ?? .passed,
                    reason: cell.outcome == "unavailable" ? cell.reason.map { String($0.prefix { $0 != ";" }) } : cell.reason,
                    prediction: result.prediction.map { Self.words($0, beside: result.outcome.kind) }, log: log.flatMap(relative),
                    seconds: result.duration)
            }
            return BuildReport.Row(system, detail: detail, cells: cells)
        }
        return .init(artifacts: artifacts.map(\.reference.name.fileName), rows: rows)
    }

    /// What was said before anything ran, beside what happened.
    private static func words(_ prediction: Prediction, beside outcome: Outcome.Kind) -> String {
        guard outcome.isVerdict else { return "predicted to be \(prediction.outcome) there" }
        if prediction.outcome == outcome { return outcome == .passed ? "as predicted" : "as predicted: \(prediction.reason)" }
        return "predicted \(prediction.outcome): \(prediction.reason)"
    }

    private func recipe() throws -> [BuildReport.File] {
        guard let artifact = state.artifacts.first(where: { $0.embedded != nil }) else { return [] }
        return try RecipeListing.files(in: workspace.file(of: artifact.reference))
    }

    private func checklists() throws -> [BuildReport.Checklist] {
        // A checklist that was signed off again, further on, is shown as it was last.
        let last = Dictionary(state.answered.map { ($0.checklist, $0) }) { $1 }
        return try last.values.sorted { $0.checklist < $1.checklist }.map { answered in
            let signOff = try SignOff(parsing: try workspace.absolute(answered.signOff.path).contents(limit: 1 << 20))
            return .init(
                signOff.checklist, signedOffBy: signOff.who, signedOffAt: signOff.when,
                lines: signOff.lines.map { line in
                    .init(line.text, answer: line.answer?.description ?? line.found, isAutomatic: line.answer == nil)
                })
        }
    }

    private func envelopes(_ chain: RosterChain?) throws -> [BuildReport.Envelope] {
        guard let chain else { return [] }
        return try state.artifacts.filter { $0.signed != nil }.flatMap { artifact -> [BuildReport.Envelope] in
            let file = workspace.file(of: artifact.reference)
            let proofs = file.sidecar(ProofFile.fileExtension)
            let indices = proofs.exists ? try ProofFile.read(proofs).proofs.mapValues(\.index) : [:]
            return try EnvelopeFile.read(file.sidecar(EnvelopeFile.fileExtension)).envelopes.compactMap { envelope in
                guard let verified = try? envelope.verified(by: chain.everyKey), let subject = verified.statement.subjects.first else { return nil }
                return .init(
                    sha256: envelope.digest, predicateType: verified.statement.predicate.type, subject: subject.name,
                    signer: chain.person(of: verified.signer), keyID: verified.signer.keyID.description,
                    leaf: indices[envelope.digest].map(Int64.init))
            }
        }
    }

    private func reviews() -> [BuildReport.Review] {
        entries.compactMap { entry in
            guard case .reviewed(let review) = entry.event, let person = review.person else { return nil }
            return .init(by: person, accepted: review.accepted, at: entry.time)
        }
    }

    private func commands() throws -> [BuildReport.StockCommand] {
        guard let artifact = state.artifacts.first(where: { $0.signed != nil }) else { return [] }
        let name = artifact.reference.name.fileName
        return [
            .init("the artifact's bytes", "sha256sum \(name)   # \(artifact.reference.sha256)"),
            .init("the builder's signature of the artifact", "openssl dgst -sha256 -verify BUILDER.pub.pem -signature \(name).sig \(name)"),
            .init("every statement, step by step", "hallmark verify --explain \(name)"),
        ]
    }

    private func files() throws -> [BuildReport.File] {
        try state.artifacts.flatMap { artifact in
            let file = workspace.file(of: artifact.reference)
            return try ([file] + Publication.sidecars(beside: file).map(\.1)).filter(\.isRegularFile).map { path in
                let digests = try FileDigests.compute(path)
                return BuildReport.File(workspace.relative(path), sha256: digests.sha256, byteCount: digests.byteCount)
            }
        }
    }
}
