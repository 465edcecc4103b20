import Basics
import Conda
import Cryptography
import Foundation
import Provenance

/// Makes the builder's statements about one artifact: how it was built, how its recipe came into it, how each cell ended.
struct StatementComposition {
    let artifact: WorkspaceState.Artifact
    let state: WorkspaceState
    let audit: JournalEvent.FileReference
    let workspace: Workspace
    let person: String
    let version: String

    func statements() throws -> [Statement] {
        guard let opened = state.opened, let variant = state.variants.first(where: { $0.name == artifact.variant }), let planned = variant.planned,
            case .built(let built) = variant.status
        else { throw WorkspaceError.nothingTo("sign", needs: "the journal does not say how `\(artifact.reference.name)` was built") }
        var statements = [Statement(subject: subject(artifact.built), predicate: .build(try build(opened, planned, built)))]
        if let embedded = artifact.embedded {
            statements.append(Statement(subject: subject(embedded.after), predicate: .build(try embedding(embedded, opened, planned, built))))
        }
        for cell in artifact.cells.values.sorted(by: { $0.cell < $1.cell }) {
            statements.append(Statement(subject: subject(artifact.reference), predicate: .test(try test(cell))))
        }
        return statements
    }

    private func subject(_ reference: JournalEvent.ArtifactReference) -> Statement.Subject {
        Statement.Subject(reference.name, sha256: reference.sha256)
    }

    private func parameters(_ opened: JournalEvent.Opened, _ planned: JournalEvent.Planned) -> BuildProvenance.Parameters {
        .init(
            feedstock: opened.name, subdir: planned.subdir, variant: planned.variant, commit: opened.commit, label: workspace.settings.label,
            reason: state.requested?.reason, request: state.requested?.pullRequest)
    }

    private func byproducts(_ built: JournalEvent.Built) -> [ResourceDescriptor] {
        [
            .init(name: ResourceDescriptor.Name.auditRecord, sha256: audit.sha256, mediaType: "application/json"),
            .init(name: ResourceDescriptor.Name.buildLog, sha256: built.log.sha256, mediaType: "text/plain"),
        ]
    }

    private func build(_ opened: JournalEvent.Opened, _ planned: JournalEvent.Planned, _ built: JournalEvent.Built) throws -> BuildProvenance {
        var image = ["sha256": planned.imageID.replacingOccurrences(of: "sha256:", with: "")]
        for (index, digest) in planned.imageDigests.enumerated() where index == 0 { image["manifest"] = digest.replacingOccurrences(of: "sha256:", with: "") }
        return BuildProvenance(
            step: .build, parameters: parameters(opened, planned), internalParameters: built.host.merging(["engine": planned.engine]) { $1 },
            dependencies: [
                .init(name: ResourceDescriptor.Name.image, uri: planned.image, digest: image),
                .init(name: ResourceDescriptor.Name.feedstock, uri: opened.remoteURL, digest: ["gitCommit": opened.commit]),
                .init(name: ResourceDescriptor.Name.recipe, sha256: opened.recipeSHA256),
                .init(name: ResourceDescriptor.Name.variant, sha256: planned.variantSHA256),
                .init(name: ResourceDescriptor.Name.script, sha256: planned.scriptSHA256),
            ],
            builderID: HallmarkURI.person(person), builderVersion: ["hallmark": version], invocationID: built.runID, startedOn: built.startedOn,
            finishedOn: built.finishedOn, byproducts: byproducts(built))
    }

    private func embedding(
        _ embedded: JournalEvent.Embedded, _ opened: JournalEvent.Opened, _ planned: JournalEvent.Planned, _ built: JournalEvent.Built
    ) throws -> BuildProvenance {
        var dependencies: [ResourceDescriptor] = [
            .init(name: ResourceDescriptor.Name.inputArtifact, uri: embedded.before.path, sha256: embedded.before.sha256),
            .init(name: ResourceDescriptor.Name.recipe, sha256: embedded.recipeSHA256),
        ]
        if let payload = embedded.payloadSHA256 { dependencies.append(.init(name: ResourceDescriptor.Name.payload, sha256: payload)) }
        return BuildProvenance(
            step: .embed, parameters: parameters(opened, planned), dependencies: dependencies, builderID: HallmarkURI.person(person),
            builderVersion: ["hallmark": version], invocationID: built.runID, startedOn: built.finishedOn, finishedOn: built.finishedOn,
            byproducts: byproducts(built))
    }

    private func test(_ cell: JournalEvent.CellFinished) throws -> TestResult {
        TestResult(
            cell: cell.cell, outcome: cell.outcome, expected: cell.expected, reason: cell.reason,
            image: cell.image.map { .init(name: ResourceDescriptor.Name.image, digest: ["sha256": $0.replacingOccurrences(of: "sha256:", with: "")]) },
            cellResult: cell.result.sha256)
    }
}
