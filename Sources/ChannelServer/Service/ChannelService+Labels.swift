import Conda
import Foundation
import Hummingbird
import JSONReading

extension ChannelService {
    func labels(of owner: Owner, _ caller: Caller?) async throws -> Response {
        _ = try await visible(owner, to: caller)
        return Answer.json(
            .object(
                try await store.labels(of: owner).map {
                    .init($0.label.name, ["is_locked": .bool($0.isLocked), "files": .integer(Int64($0.fileCount))])
                }))
    }

    func files(labelled label: Label, of owner: Owner, _ caller: Caller?) async throws -> Response {
        _ = try await visible(owner, to: caller)
        guard let known = try await store.labels(of: owner).first(where: { $0.label == label }) else {
            throw APIFailure.notFound("label `\(label)` of `\(owner)`")
        }
        let files = try await store.files(of: owner, label: label)
        return Answer.json([
            "name": .string(label.name), "is_locked": .bool(known.isLocked), "files": .array(try files.map { try shown($0) }),
        ])
    }

    /// Gives one file, or all files of a version, a package or an owner, a label. A protected label asks the gate for each.
    func addLabel(_ label: Label, of owner: Owner, _ request: Request, _ caller: Caller?) async throws -> Response {
        let (stored, caller) = try await permitted(.promote, on: owner, to: caller)
        try await give(label, to: try await selected(by: request, of: owner), of: stored, caller)
        return Answer.json([:], .created)
    }

    func removeLabel(_ label: Label, of owner: Owner, _ request: Request, _ caller: Caller?) async throws -> Response {
        let (_, caller) = try await permitted(.promote, on: owner, to: caller)
        for labelled in try await selected(by: request, of: owner) where labelled.labels.contains(label) {
            try await store.remove(label, from: labelled.file, by: caller.name)
        }
        return Answer.json([:], .created)
    }

    func copyLabel(_ from: Label, to label: Label, of owner: Owner, _ caller: Caller?) async throws -> Response {
        let (stored, caller) = try await permitted(.promote, on: owner, to: caller)
        try await give(label, to: try await store.files(of: owner, label: from), of: stored, caller)
        return Answer.json([:], .created)
    }

    func setLocked(_ isLocked: Bool, _ label: Label, of owner: Owner, _ caller: Caller?) async throws -> Response {
        let (_, caller) = try await permitted(.promote, on: owner, to: caller)
        try await store.setLocked(isLocked, label, of: owner, by: caller.name)
        return Answer.json([:], .created)
    }

    /// Asks the gate about all files before any gets the label, so that a refusal changes nothing.
    private func give(_ label: Label, to files: [LabelledFile], of owner: StoredOwner, _ caller: Caller) async throws {
        let files = files.filter { !$0.labels.contains(label) }.map(\.file)
        var seen: [EvidenceState] = []
        for file in files {
            let evidence = try await store.evidenceState(of: file)
            try await admit(
                file.basename, sha256: file.sha256, at: objects.path(of: file.sha256), to: owner, labels: [label], evidence: evidence)
            seen.append(evidence)
        }
        for (file, evidence) in zip(files, seen) { try await store.add(label, to: file, evidence: evidence, by: caller.name) }
    }

    /// The files that `{"package", "version", "basename"}` names; a part that is null or absent stands for all.
    private func selected(by request: Request, of owner: Owner) async throws -> [LabelledFile] {
        let body = try await json(of: request)
        // The basename comes as `subdir/file`, quoted or plain.
        let basename = try body["basename"]?.string.map { try Basename(parsing: $0.removingPercentEncoding ?? $0) }
        let files = try await store.files(of: owner, package: body["package"]?.string, version: body["version"]?.string, basename: basename)
        guard !files.isEmpty else { throw APIFailure.notFound("such a file of `\(owner)`") }
        return files
    }
}
