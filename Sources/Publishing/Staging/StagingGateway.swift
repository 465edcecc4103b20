import Basics
import Conda
import JSONReading
public import Transport

/// The service that copies from staging into production.
public struct StagingGateway: Sendable {
    public let address: HTTPAddress
    public var client: HTTPClient
    public var retries: RetryPolicy
    private let token: Secret

    /// `token` is the feedstock's, not an account's.
    public init(address: HTTPAddress, token: Secret, client: HTTPClient = HTTPClient(), retries: RetryPolicy = RetryPolicy()) {
        self.address = address
        self.client = client
        self.retries = retries
        self.token = token
    }

    /// Asks for the copy once and then looks at production: what is there, with the right bytes and label, counts, and
    /// not what the answer says. A request that is not answered may still be worked on, so then we look for longer.
    ///
    /// Returns the outputs as production shows them. Throws `notCopied` with all reasons that were given, and
    /// `differentBytes` when production has other bytes under that name, which the copy itself takes for a success.
    public func copy(_ copy: FeedstockCopy, production: AnacondaServer) async throws(PublishingError) -> [PublishedFile] {
        let reply = try await ask(copy)
        let pauses: [Duration] =
            switch reply {
            case .copied: retries.lookPauses
            // One look: an output may be there from an earlier run.
            case .refused: []
            case .unanswered: retries.copyPauses
            }
        var files: [PublishedFile] = []
        var missing: [ArtifactPath] = []
        for output in copy.outputs {
            let found = try await retries.look(missing.isEmpty ? pauses : []) { () throws(PublishingError) -> PublishedFile? in
                guard let file = try await production.find(output.path, of: copy.production) else { return nil }
                guard file.sha256 == output.sha256 else {
                    throw .differentBytes(output.path, copy.production, there: file.sha256, ours: output.sha256)
                }
                return file.labels.contains(copy.production.label) ? file : nil
            }
            if let found { files.append(found) } else { missing.append(output.path) }
        }
        guard missing.isEmpty else {
            throw .notCopied(missing, to: copy.production, reasons: reply.reasons, wasAnswered: !reply.isUnanswered)
        }
        return files
    }

    private enum Reply {
        case copied
        case refused([RefusalReason])
        case unanswered([RefusalReason])

        var reasons: [RefusalReason] {
            switch self {
            case .copied: []
            case .refused(let reasons), .unanswered(let reasons): reasons
            }
        }
        var isUnanswered: Bool { if case .unanswered = self { true } else { false } }
    }

    /// Sends the request, once: a copy that goes on must not be asked for again.
    private func ask(_ copy: FeedstockCopy) async throws(PublishingError) -> Reply {
        let response: HTTPResponse
        do throws(TransportError) {
            let request = HTTPRequest(
                .post, try address.appending("feedstock-outputs", "copy"), headers: ["Accept": "application/json"],
                body: .json(copy.json.serialized()), credentials: [.header("FEEDSTOCK_TOKEN", token)], idleTimeout: .seconds(900))
            response = try await client.send(request)
        } catch {
            // Before a connection came about nothing was asked.
            guard case .failed(let failure, _, _) = error, failure == .broken || failure == .idling else { throw .transport(error) }
            return .unanswered([RefusalReason(detail: error.message)])
        }
        let reasons = response.reasons
        if response.isWorthRepeating { return .unanswered(reasons) }
        let value = try? JSONValue(parsing: response.body)
        if response.isSuccess, let copied = value?["copied"]?.object {
            let names = Set(copied.filter { $0.value.bool == true }.map(\.key))
            return copy.outputs.allSatisfy { names.contains($0.path.description) } ? .copied : .refused(reasons)
        }
        // A success that says nothing of the outputs is no answer.
        return response.isSuccess ? .unanswered(reasons) : .refused(reasons)
    }
}
