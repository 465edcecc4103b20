import Basics
import Cryptography
public import Foundation
public import Ledger
public import Transport

/// Asks the witnesses of a log's policy for their signatures under its newest checkpoint (C2SP tlog-witness), and puts them there.
public struct WitnessAsking: Sendable {
    public let log: LogFolder
    public let policy: LogPolicy
    public let client: HTTPClient

    public init(log: LogFolder, policy: LogPolicy, client: HTTPClient = HTTPClient(proxy: .environment)) {
        self.log = log
        self.policy = policy
        self.client = client
    }

    /// Asks one witness, who has an address; a witness that knows another size says which, and is asked again with the proof from there.
    public func ask(_ witness: LogPolicy.Witness) async throws {
        guard let url = witness.url else { throw WorkspaceError.nothingTo("ask", needs: "the policy gives no address for `\(witness.name)`") }
        let address = try HTTPAddress(parsing: url).appending("add-checkpoint")
        var response = try await send(from: 0, to: address)
        if response.status == 409 {
            let text = String(decoding: response.body.prefix(32), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard let size = UInt64(text) else { throw refusal(witness, response) }
            guard size <= (try log.checkpoint().checkpoint.size) else {
                throw LedgerError.rollback(remembered: size, found: try log.checkpoint().checkpoint.size)
            }
            response = try await send(from: size, to: address)
        }
        guard response.status == 200 else { throw refusal(witness, response) }
        try take(response.body, from: witness.key)
    }

    /// Puts a witness's answer, signature lines, under the newest checkpoint.
    public func take(_ answer: Data, from witness: NoteKey) throws {
        let text = try log.checkpoint().note.text
        let signatures = try SignedNote.signatures(parsing: answer, for: text)
        guard let signature = signatures.first(where: { $0.name == witness.name && $0.keyID == witness.id }) else {
            throw LedgerError.noteSignature(name: witness.name)
        }
        try log.add(signature, of: witness)
    }

    private func send(from size: UInt64, to address: HTTPAddress) async throws -> HTTPResponse {
        let body = try log.witnessRequest(from: size).body
        return try await client.send(HTTPRequest(.post, address, body: .bytes(body, type: "text/plain; charset=utf-8")), limit: 64 << 10)
    }

    private func refusal(_ witness: LogPolicy.Witness, _ response: HTTPResponse) -> WorkspaceError {
        .refused("the checkpoint", reasons: ["the witness `\(witness.name)` answered \(response.status): \(response.text)"])
    }
}
