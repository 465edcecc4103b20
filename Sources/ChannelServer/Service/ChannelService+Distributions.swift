import Basics
import Conda
import Hummingbird
import JSONReading
import Synchronization

extension ChannelService {
    func distribution(_ address: Route.FileAddress, _ caller: Caller?) async throws -> Response {
        _ = try await visible(address.owner, to: caller)
        return Answer.json(try shown(try await file(address.basename, of: address.owner)))
    }

    /// Removes a file. Its name stays taken for other bytes, except at a staging owner.
    func removeDistribution(_ address: Route.FileAddress, _ caller: Caller?) async throws -> Response {
        let (_, caller) = try await permitted(.promote, on: address.owner, to: caller)
        let found = try await file(address.basename, of: address.owner)
        try await store.remove(found.file, by: caller.name)
        return Answer.json(try shown(found))
    }

    /// A file as anaconda.org shows it.
    func shown(_ labelled: LabelledFile) throws -> JSONValue {
        let file = labelled.file
        let said = try JSONValue(parsing: file.attributes)
        let fullName = "\(file.owner)/\(file.package)/\(file.version)/\(file.basename)"
        return [
            "basename": .string(file.basename.description), "full_name": .string(fullName), "owner": .string(file.owner.name),
            "version": .string(file.version), "type": "conda", "distribution_type": "conda",
            "labels": .array(labelled.labels.map { .string($0.name) }), "size": .integer(file.byteCount), "md5": .string(file.md5.hexadecimal),
            "sha256": .string(file.sha256.hexadecimal), "upload_time": .string(APITime.text(file.uploadedAt)),
            "description": said["description"] ?? .null, "dependencies": said["dependencies"] ?? .null,
            "attrs": try JSONValue(parsing: file.indexJSON),
            "download_url": .string(address.withLock { $0 } + "/download/\(fullName)"),
        ]
    }
}
