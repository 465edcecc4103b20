import Basics
import Conda
import Cryptography
import Files
import Foundation
import Hummingbird
import JSONReading
import SystemPackage

extension ChannelService {
    func evidenceList(_ basename: Basename, of owner: Owner, _ caller: Caller?) async throws -> Response {
        _ = try await visible(owner, to: caller)
        let labelled = try await file(basename, of: owner)
        let sidecars: [JSONValue] = try await store.sidecars(of: labelled.file).map {
            [
                "suffix": .string($0.suffix.rawValue), "version": .integer($0.version), "sha256": .string($0.sha256.hexadecimal),
                "size": .integer($0.byteCount), "added_at": .string(Timestamp(seconds: $0.addedAt).description), "added_by": .string($0.addedBy),
            ]
        }
        return Answer.json([
            "basename": .string(basename.description), "sha256": .string(labelled.file.sha256.hexadecimal), "sidecars": .array(sidecars),
        ])
    }

    /// The newest version of a sidecar, or the one that `?version=` names.
    func evidence(
        _ kind: Sidecar, of basename: Basename, of owner: Owner, label: Label?, _ request: Request, _ caller: Caller?, _ context: ChannelContext
    ) async throws -> Response {
        _ = try await visible(owner, to: caller)
        let labelled = try await labelledFile(basename, of: owner, label: label)
        let versions = try await store.sidecars(of: labelled.file).filter { $0.suffix == kind }
        let wanted = request.uri.queryParameters["version"].map { Int64($0) ?? 0 } ?? versions.last?.version
        guard let sidecar = versions.first(where: { $0.version == wanted }) else { throw APIFailure.notFound("`\(basename)\(kind.suffix)`") }
        let file = ServedFile(
            path: objects.path(of: sidecar.sha256), sha256: sidecar.sha256, byteCount: Int(sidecar.byteCount),
            changed: Timestamp(seconds: sidecar.addedAt), mediaType: kind.mediaType)
        return try await file.answer(request, context)
    }

    /// Takes a sidecar. The first of its kind needs `upload` or `evidence`, a newer version needs `evidence`, and older
    /// versions stay. Envelopes and proofs are united line by line, so that nobody can take another's away.
    func addEvidence(
        _ kind: Sidecar, of basename: Basename, of owner: Owner, label: Label?, _ request: Request, _ caller: Caller?
    ) async throws -> Response {
        guard let caller else { throw APIFailure.unauthorized }
        let scope: TokenScope = caller.may(.evidence, on: owner) ? .evidence : .upload
        _ = try await permitted(scope, on: owner, to: caller)
        let labelled = try await labelledFile(basename, of: owner, label: label)
        let path = folder.incomingPath.appending("evidence-\(try RandomBytes.make(8).hexadecimal)")
        defer { try? path.removeAll() }
        let file = try IncomingFile(at: path)
        for try await buffer in request.body {
            guard file.byteCount + Int64(buffer.readableBytes) <= kind.byteLimit else {
                throw APIFailure(.contentTooLarge, "`\(kind.suffix)` is larger than \(kind.byteLimit) bytes")
            }
            try file.append(Array(buffer.readableBytesView)[...])
        }
        guard file.byteCount > 0 else { throw APIFailure(.badRequest, "the body is empty") }
        let digests = try file.finish()
        let mayAppend = scope == .evidence
        let (stored, isNew) = try await add(kind, path, digests, to: labelled.file, mayAppend: mayAppend, by: caller.name)
        return Answer.json(
            ["version": .integer(stored.version), "sha256": .string(stored.sha256.hexadecimal), "size": .integer(stored.byteCount)],
            isNew ? .created : .ok)
    }

    /// Adds to `file` what it lacks of another's evidence. Evidence that differs and cannot be merged is refused.
    func mergeEvidence(_ evidence: EvidenceState, into file: StoredFile, by: String) async throws {
        let own = try await store.evidenceState(of: file).newest
        for (kind, sidecar) in evidence.newest.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where own[kind]?.sha256 != sidecar.sha256 {
            let path = folder.incomingPath.appending("evidence-\(try RandomBytes.make(8).hexadecimal)")
            defer { try? path.removeAll() }
            let source = objects.path(of: sidecar.sha256)
            try source.link(to: path)
            let digests = try await Blocking.run { try FileDigests.compute(source) }
            _ = try await add(kind, path, digests, to: file, mayAppend: kind.isUnited, by: by)
        }
    }

    /// Adds a version. Where somebody else added one meanwhile, lines are united with that one too; other kinds are refused.
    private func add(
        _ kind: Sidecar, _ path: FilePath, _ digests: FileDigests, to file: StoredFile, mayAppend: Bool, by: String
    ) async throws -> (StoredSidecar, isNew: Bool) {
        var attempts = 0
        while true {
            let before = try await store.evidenceState(of: file).newest[kind]
            do { return try await add(kind, path, digests, to: file, before: before, mayAppend: mayAppend, by: by) } catch let failure as APIFailure {
                attempts += 1
                guard kind.isUnited, failure == .evidenceChanged(file.basename), attempts < 20 else { throw failure }
            }
        }
    }

    private func add(
        _ kind: Sidecar, _ path: FilePath, _ digests: FileDigests, to file: StoredFile, before: StoredSidecar?, mayAppend: Bool, by: String
    ) async throws -> (StoredSidecar, isNew: Bool) {
        if let before, before.sha256 == digests.sha256 { return (before, false) }
        var digests = digests
        if kind.isUnited {
            let earlier = before.map { objects.path(of: $0.sha256) }
            digests = try await Blocking.run { try UnitedLines.unite(path, after: earlier, limit: kind.byteLimit) }
            if let before, before.sha256 == digests.sha256 { return (before, false) }
        } else if kind == .auditRecord {
            try await Blocking.run {
                do { _ = try JSONValue(parsing: path.contents(limit: kind.byteLimit), limits: .init(bytes: kind.byteLimit)) } catch let error
                    as JSONError
                {
                    throw APIFailure(.badRequest, "the audit record is not JSON: \(error.message)")
                }
            }
        }
        guard before == nil || mayAppend else {
            throw APIFailure(.conflict, "`\(file.basename)\(kind.suffix)` is there with other bytes; adding a version needs a token with `evidence`")
        }
        if kind.isUnited {
            // Under another name too: the lines are needed again when somebody was faster.
            let copy = path.removingLastComponent().appending("united-\(try RandomBytes.make(8).hexadecimal)")
            try path.link(to: copy)
            try objects.adopt(copy, as: digests.sha256)
        } else {
            try objects.adopt(path, as: digests.sha256)
        }
        let (sha256, byteCount) = (digests.sha256, digests.byteCount)
        let stored = try await store.write { database in
            try ChannelStore.append(kind, sha256: sha256, byteCount: byteCount, to: file, after: before, by: by, in: database)
        }
        return (stored, true)
    }

    func labelledFile(_ basename: Basename, of owner: Owner, label: Label?) async throws -> LabelledFile {
        let labelled = try await file(basename, of: owner)
        if let label, !labelled.labels.contains(label) { throw APIFailure.notFound("`\(basename)` with label `\(label)` of `\(owner)`") }
        return labelled
    }
}
