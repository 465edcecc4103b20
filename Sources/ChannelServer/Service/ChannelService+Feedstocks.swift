import Basics
import Conda
import Cryptography
import Foundation
import HTTPTypes
import Hummingbird
import JSONReading

extension ChannelService {
    /// Copies a feedstock's outputs from staging into production, each after it was validated, and says of each what
    /// happened. 200 when all were copied, 400 with the same body when one was not.
    func feedstockCopy(_ request: Request) async throws -> Response {
        let clock = ContinuousClock.now
        let call: FeedstockCopyCall
        do { call = try FeedstockCopyCall(parsing: try await json(of: request)) } catch let failure as APIFailure { return refusal(failure.message) }
        guard let staging = try await store.staging(), let production = staging.stagingFor else { return refusal("this server has no staging owner") }
        let tokens = feedstockTokens
        guard tokens.exists(for: call.feedstock) else { return refusal("no feedstock `\(call.feedstock)` is registered") }
        let text = HTTPField.Name("FEEDSTOCK_TOKEN").flatMap { request.headers[$0] } ?? ""
        let isKnown = try await Blocking.run { try tokens.verifies(text, for: call.feedstock, provider: call.provider, at: .now) }
        guard isKnown else { return refusal("the feedstock token is not valid") }

        var report = FeedstockCopyReport(provider: call.provider)
        for output in call.outputs {
            do {
                let file = try await validated(output, call, staging: staging)
                report.valid(output.path)
                try await release(file, to: production, label: call.label, by: "feedstock \(RegistryName.withoutSuffix(call.feedstock))")
                report.copied(output.path)
            } catch let failure as APIFailure { report.failed(output.path, failure) }
        }
        let seconds = (ContinuousClock.now - clock) / .seconds(1)
        return Answer.json(report.json(runTime: seconds), report.isComplete ? .ok : .badRequest)
    }

    /// The checks in conda-forge's order: the name's shape, what staging has under that name, who may publish it.
    private func validated(_ output: FeedstockCopyCall.Output, _ call: FeedstockCopyCall, staging: StoredOwner) async throws -> StoredFile {
        let basename = try Basename(parsing: output.path)
        guard let labelled = try await store.file(basename, of: staging.owner), labelled.labels == [call.label],
            ConstantTime.equal(call.hashType == .sha256 ? labelled.file.sha256.bytes : labelled.file.md5.bytes, output.hash)
        else { throw APIFailure(.badRequest, "\(output.path) does not have a valid checksum or correct label on \(staging.owner)") }
        let feedstock = RegistryName.withoutSuffix(call.feedstock)
        guard try registry.feedstocks(of: basename.artifact.package).contains(feedstock) else {
            throw APIFailure(.badRequest, "output \(output.path) not allowed for \(call.feedstock)")
        }
        return labelled.file
    }

    /// Copies, reads the bytes again to be sure of them, and only then removes the file from staging.
    private func release(_ file: StoredFile, to production: Owner, label: Label, by: String) async throws {
        guard let owner = try await store.owner(production) else { throw APIFailure.notFound("user `\(production)`") }
        let bytes = objects.path(of: file.sha256)
        guard try await Blocking.run({ try SHA256Digest(ofFile: bytes) }) == file.sha256 else {
            throw APIFailure(.internalServerError, "the stored bytes of \(file.basename) have changed")
        }
        let copied = try await copy(file, to: owner, label: label, takesExisting: true, by: by).file
        guard copied.file.sha256 == file.sha256, copied.labels.contains(label) else {
            throw APIFailure(.internalServerError, "\(file.basename) did not arrive at \(production)")
        }
        try await store.remove(file, by: by)
    }

    private func refusal(_ reason: String) -> Response { Answer.json(["message": "Bad Request", "reason": .string(reason)], .badRequest) }
}

/// A request to copy outputs from staging, as conda-forge's clients send it.
struct FeedstockCopyCall: Sendable {
    enum HashType: String { case md5, sha256 }
    struct Output: Sendable {
        /// `subdir/name-version-build.extension`; whether it is one is among the things validated.
        let path: String
        let hash: [UInt8]
    }

    let feedstock: String
    let outputs: [Output]
    /// The request calls it `channel`.
    let label: Label
    let hashType: HashType
    let provider: String?

    init(parsing body: JSONValue) throws(APIFailure) {
        guard let feedstock = body["feedstock"]?.string, RegistryName.isPlain(feedstock) else {
            throw APIFailure(.badRequest, "`feedstock` is missing")
        }
        guard let label = body["channel"]?.string.flatMap({ try? Label(parsing: $0) }) else {
            throw APIFailure(.badRequest, "`channel` is not a label")
        }
        guard let hashType = HashType(rawValue: body["hash_type"]?.string ?? "md5") else { throw APIFailure(.badRequest, "`hash_type` is unknown") }
        guard let members = body["outputs"]?.object, !members.isEmpty else { throw APIFailure(.badRequest, "`outputs` is empty") }
        self.feedstock = feedstock
        self.label = label
        self.hashType = hashType
        provider = body["provider"]?.string
        var outputs: [Output] = []
        for member in members {
            // A hash that cannot be read equals none.
            outputs.append(Output(path: member.key, hash: [UInt8](hexadecimal: member.value.string ?? "") ?? []))
        }
        self.outputs = outputs
    }
}

/// What happened to each output.
struct FeedstockCopyReport: Sendable {
    let provider: String?
    private var order: [String] = []
    private var states: [String: (valid: Bool, copied: Bool)] = [:]
    private var errors: [String] = []

    init(provider: String?) { self.provider = provider }

    var isComplete: Bool { states.values.allSatisfy(\.copied) }

    mutating func valid(_ path: String) {
        order.append(path)
        states[path] = (true, false)
    }
    mutating func copied(_ path: String) { states[path] = (true, true) }
    mutating func failed(_ path: String, _ failure: APIFailure) {
        if states[path] == nil {
            order.append(path)
            states[path] = (false, false)
        }
        errors += failure.failures.isEmpty ? [failure.message] : failure.failures.map { "\(path): \($0)" }
    }

    func json(runTime: Double) -> JSONValue {
        [
            "feedstock_exists": true, "errors": .array(errors.map { .string($0) }),
            "valid": .object(order.map { .init($0, .bool(states[$0]?.valid ?? false)) }),
            "copied": .object(order.map { .init($0, .bool(states[$0]?.copied ?? false)) }),
            "provider": provider.map { .string($0) } ?? .null, "run_time": .number(runTime),
        ]
    }
}
