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
        guard let embedded = artifact.embedded else {
            throw WorkspaceError.nothingTo("sign", needs: "the recipe of `\(artifact.reference.name)` has not been embedded; run `hallmark embed`")
        }
        // Every statement is about the bytes that people install, also those on the steps that led to them.
        let subject = Statement.Subject(artifact.reference.name, sha256: artifact.reference.sha256)
        var statements = [
            Statement(subject: subject, predicate: .build(try build(embedded, opened, planned, built))),
            Statement(subject: subject, predicate: .build(try embedding(embedded, opened, planned, built))),
        ]
        if let target { statements.append(Statement(subject: subject, predicate: .publish(PublishAttestation(target: target)))) }
        for cell in artifact.cells.values.sorted(by: { $0.cell < $1.cell }) {
            statements.append(Statement(subject: subject, predicate: .test(try test(cell))))
        }
        return statements
    }

    /// Where the artifact is meant to be installed from, if that is known already.
    private var target: Channel? {
        let settings = workspace.settings
        guard let server = settings.channelServer ?? settings.server, let owner = settings.owner else { return nil }
        return try? Channel(server: server, owner: owner, label: settings.label)
    }

    /// The recipe as it is in the artifact; the annotation names the commit's own folder, which is all of it but what the build tool adds.
    private func recipe(_ embedded: JournalEvent.Embedded) -> ResourceDescriptor {
        .init(
            name: ResourceDescriptor.Name.recipe, sha256: embedded.embeddedRecipeSHA256,
            annotations: ["commitFolderSHA256": embedded.recipeSHA256.hexadecimal])
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

    private func build(
        _ embedded: JournalEvent.Embedded, _ opened: JournalEvent.Opened, _ planned: JournalEvent.Planned, _ built: JournalEvent.Built
    ) throws -> BuildProvenance {
        var image = ["sha256": planned.imageID.replacingOccurrences(of: "sha256:", with: "")]
        for (index, digest) in planned.imageDigests.enumerated() where index == 0 {
            image["manifest"] = digest.replacingOccurrences(of: "sha256:", with: "")
        }
        return BuildProvenance(
            step: .build, parameters: parameters(opened, planned), internalParameters: built.host.merging(["engine": planned.engine]) { $1 },
            dependencies: [
                .init(name: ResourceDescriptor.Name.image, uri: planned.image, digest: image),
                .init(name: ResourceDescriptor.Name.feedstock, uri: opened.remoteURL, digest: ["gitCommit": opened.commit]),
                recipe(embedded),
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
            recipe(embedded),
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
            image: cell.image.map {
                .init(name: ResourceDescriptor.Name.image, digest: ["sha256": $0.replacingOccurrences(of: "sha256:", with: "")])
            },
            cellResult: cell.result.sha256)
    }
}
