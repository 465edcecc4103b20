import Conda
import Hummingbird
import JSONReading

extension ChannelService {
    /// What a copy call asks for.
    struct CopyCall: Sendable {
        let owner: Owner
        let package: String
        let version: String
        /// Nil for all files of the version.
        let basename: Basename?
        /// Whether a target that has the same bytes already is fine.
        let takesExisting: Bool
    }

    /// Copies files that carry `from_channel` to another owner under `to_channel`; answers the list of what was copied.
    func copy(_ call: CopyCall, _ request: Request, _ caller: Caller?) async throws -> Response {
        guard let caller else { throw APIFailure.unauthorized }
        let body = try await json(of: request)
        let from = try Self.label(body["from_channel"] ?? "main")
        let label = try Self.label(body["to_channel"] ?? "main")
        let target: Owner
        do { target = try body["to_owner"]?.string.map { try Owner(parsing: $0) } ?? caller.owner } catch let error as OwnerError {
            throw APIFailure(.badRequest, error.message)
        }
        _ = try await visible(call.owner, to: caller)
        let (owner, _) = try await permitted(.promote, on: target, to: caller)
        guard target != call.owner else { throw APIFailure(.badRequest, "an owner's own files are labelled, not copied") }
        let files = try await store.files(of: call.owner, package: call.package, version: call.version, basename: call.basename, label: from)
        var copied: [JSONValue] = []
        for file in files {
            let outcome = try await copy(file.file, to: owner, label: label, takesExisting: call.takesExisting, by: caller.name)
            if outcome.isNew { copied.append(try shown(outcome.file)) }
        }
        return Answer.json(.array(copied))
    }

    /// Copies one file with its evidence to `owner` under `label`, asking the gate where the label is protected.
    ///
    /// Where the owner has the file with the same bytes it gets the label and the evidence that it lacks; with other bytes
    /// it is refused. Nothing is ever replaced.
    func copy(
        _ file: StoredFile, to owner: StoredOwner, label: Label, takesExisting: Bool, by: String
    ) async throws -> (file: LabelledFile, isNew: Bool) {
        let evidence = try await store.evidenceState(of: file)
        let bytes = objects.path(of: file.sha256)
        if let existing = try await store.file(file.basename, of: owner.owner) {
            guard takesExisting else { throw APIFailure.exists(file.basename, of: owner.owner) }
            guard existing.file.sha256 == file.sha256 else { throw APIFailure.publishedOtherwise(file.basename, of: owner.owner) }
            try await mergeEvidence(evidence, into: existing.file, by: by)
            if !existing.labels.contains(label) {
                let evidence = try await store.evidenceState(of: existing.file)
                try await admit(file.basename, sha256: file.sha256, at: bytes, to: owner, labels: [label], evidence: evidence)
                try await store.add(label, to: existing.file, evidence: evidence, by: by)
            }
            return (try await self.file(file.basename, of: owner.owner), false)
        }
        try await admit(file.basename, sha256: file.sha256, at: bytes, to: owner, labels: [label], evidence: evidence)
        return (try await store.copy(file, to: owner.owner, label: label, evidence: evidence, by: by), true)
    }
}
