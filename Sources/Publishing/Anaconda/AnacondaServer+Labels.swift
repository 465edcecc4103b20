public import Basics
public import Conda
import JSONReading
import Transport

extension AnacondaServer {
    /// The owner's labels; what is no label by our rules is listed apart.
    public func labels(of channel: Channel) async throws(PublishingError) -> (labels: [Label], others: [String]) {
        let action = "list the labels of `\(channel.owner)`"
        let response = try accepted(try await send(.get, ["channels", channel.owner]), action)
        let value = try json(response, action)
        guard let names = value.object?.map(\.key) ?? value.array?.compactMap(\.string) else {
            throw .badAnswer(action: action, reason: "it is no list of labels")
        }
        let sorted = names.sorted()
        return (sorted.compactMap { try? Label(parsing: $0) }, sorted.filter { (try? Label(parsing: $0)) == nil })
    }

    /// The files that carry the channel's label; basenames that name no artifact are listed apart. Empty when there is no such label.
    public func files(of channel: Channel) async throws(PublishingError) -> (files: [ArtifactPath], others: [String]) {
        let action = "list what is labelled `\(channel.label)` of `\(channel.owner)`"
        let response = try await send(.get, ["channels", channel.owner, channel.label.name])
        if response.status == 404 { return ([], []) }
        let value = try json(try accepted(response, action), action)
        guard let files = value["files"]?.array else { throw .badAnswer(action: action, reason: "it holds no `files`") }
        let names = files.map { $0["basename"]?.string ?? "(no name)" }
        return (
            names.compactMap { ArtifactPath(parsing: $0) }, names.filter { ArtifactPath(parsing: $0) == nil }.map { response.shown($0, limit: 300) }
        )
    }

    /// Gives the file a label and looks that it has it, with the bytes that were expected.
    ///
    /// Throws `refused` with every reason when the server has any, and `labelNotSeen` when it took the call and does not show the label.
    @discardableResult
    public func add(
        _ label: Label, to path: ArtifactPath, of channel: Channel, expecting sha256: SHA256Digest
    ) async throws(PublishingError) -> PublishedFile {
        let file = try await present(path, channel, sha256)
        if file.labels.contains(label) { return file }
        let response = try await send(.post, ["channels", channel.owner, label.name], selection(path), idleTimeout: .seconds(600))
        // A server's failure may have come after the work; what counts is what is seen.
        if !response.isWorthRepeating { try accepted(response, "label `\(path)` of `\(channel.owner)` with `\(label)`") }
        let seen = try await retries.look(retries.lookPauses) { () throws(PublishingError) -> PublishedFile? in
            let file = try await present(path, channel, sha256)
            return file.labels.contains(label) ? file : nil
        }
        if let seen { return seen }
        try accepted(response, "label `\(path)` of `\(channel.owner)` with `\(label)`")
        throw .labelNotSeen(label, path, channel)
    }

    /// Takes a label from the file and looks that it is gone.
    @discardableResult
    public func remove(
        _ label: Label, from path: ArtifactPath, of channel: Channel, expecting sha256: SHA256Digest
    ) async throws(PublishingError) -> PublishedFile {
        let file = try await present(path, channel, sha256)
        if !file.labels.contains(label) { return file }
        let response = try await send(.delete, ["channels", channel.owner, label.name], selection(path))
        if !response.isWorthRepeating { try accepted(response, "take the label `\(label)` from `\(path)` of `\(channel.owner)`") }
        let seen = try await retries.look(retries.lookPauses) { () throws(PublishingError) -> PublishedFile? in
            let file = try await present(path, channel, sha256)
            return file.labels.contains(label) ? nil : file
        }
        if let seen { return seen }
        try accepted(response, "take the label `\(label)` from `\(path)` of `\(channel.owner)`")
        throw .labelStillThere(label, path, channel)
    }

    /// Moves the file from the channel's label to another one: add, look, remove, look.
    ///
    /// The first label is removed only after the file was seen with the second one and with the same bytes. It can be
    /// broken off at any step and run again: what is done is not done twice.
    public func move(
        _ path: ArtifactPath, from channel: Channel, to label: Label, expecting sha256: SHA256Digest
    ) async throws(PublishingError) -> LabelMove {
        guard label != channel.label else { throw .unfit(path.description, reason: "it would move from the label `\(label)` to itself") }
        let before = try await present(path, channel, sha256)
        guard before.labels.contains(label) || before.labels.contains(channel.label) else { throw .notThere(path, channel) }
        let added = try await add(label, to: path, of: channel, expecting: sha256)
        let after = added.labels.contains(channel.label) ? try await remove(channel.label, from: path, of: channel, expecting: sha256) : added
        // A server that takes the wrong label away must not pass for a success.
        guard after.labels.contains(label) else { throw .labelNotSeen(label, path, channel) }
        return LabelMove(file: after, didAdd: !before.labels.contains(label), didRemove: before.labels.contains(channel.label))
    }

    private func present(_ path: ArtifactPath, _ channel: Channel, _ sha256: SHA256Digest) async throws(PublishingError) -> PublishedFile {
        guard let file = try await find(path, of: channel) else { throw .notThere(path, channel) }
        guard file.sha256 == sha256 else { throw .differentBytes(path, channel, there: file.sha256, ours: sha256) }
        return file
    }

    private func selection(_ path: ArtifactPath) -> JSONValue {
        ["package": .string(path.name.package), "version": .string(path.name.version), "basename": .string(path.description)]
    }
}
