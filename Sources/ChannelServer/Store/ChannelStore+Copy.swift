import Basics
import Conda
import GRDB

extension ChannelStore {
    /// Publishes a file of one owner at another, with all versions of all its sidecars, provided that its evidence is
    /// still what the gate saw.
    func copy(_ file: StoredFile, to owner: Owner, label: Label, evidence: EvidenceState, by: String) async throws -> LabelledFile {
        try await write { database in
            guard try Self.evidenceState(of: file, in: database) == evidence else { throw APIFailure.evidenceChanged(file.basename) }
            try Self.copyRelease(of: file, to: owner, in: database)
            var copy = file
            copy.owner = owner
            copy.uploadedAt = Timestamp.now.seconds
            copy.uploadedBy = by
            copy = try Self.publish(copy, labels: [label], by: by, in: database)
            for var sidecar in try Self.sidecars(of: file, in: database) {
                sidecar.id = nil
                sidecar.file = copy.id ?? 0
                try sidecar.insert(database)
            }
            return LabelledFile(file: copy, labels: [label])
        }
    }
}
