import Basics
import Containers
import Cryptography
import Foundation
import JSONReading

/// What a result depends on: where all of it is the same, the cell need not be run again.
struct ResultKey: Sendable {
    let digest: SHA256Digest

    /// Raised when a change of ours makes earlier results wrong.
    private static let runner = 1

    init(
        artifact: SHA256Digest, others: [SHA256Digest], cell: Cell, limits: MatrixDefinition.Limits, presence: Presence, channels: [String],
        client: CellClient.Kind? = nil
    ) {
        let image: String
        switch presence {
        case .image(_, let facts): image = facts.id
        case .box: image = "box"
        case .missing: image = "missing"
        }
        var value: JSONValue = [
            "runner": .integer(Int64(Self.runner)), "artifact": .string(artifact.hexadecimal),
            "others": .array(Set(others.map(\.hexadecimal)).sorted().map(JSONValue.string)), "cell": .string(cell.id), "image": .string(image),
            "limits": .string("\(limits.seconds) \(limits.memory) \(limits.disk) \(limits.processes) \(limits.cpus)"),
            "channels": .array(channels.map(JSONValue.string)),
        ]
        if let client { value = ["shared": value, "client": .string(client.rawValue)] }
        digest = SHA256Digest(of: value.serialized(.canonical))
    }
}
