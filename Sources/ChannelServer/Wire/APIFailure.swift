import Conda
import Hummingbird
import JSONReading

/// An answer that is not what the client hoped for: a status and `{"error": message}`, as anaconda.org has it.
struct APIFailure: Error, Hashable, Sendable {
    let status: HTTPResponse.Status
    let message: String
    /// Named reasons, when a gate refused.
    var failures: [PromotionFailure] = []

    init(_ status: HTTPResponse.Status, _ message: String, failures: [PromotionFailure] = []) {
        self.status = status
        self.message = message
        self.failures = failures
    }

    var json: JSONValue {
        var members = [JSONValue.Member("error", .string(message))]
        if !failures.isEmpty {
            members.append(.init("failures", .array(failures.map { ["name": .string($0.name), "detail": .string($0.detail)] })))
        }
        return .object(members)
    }

    static func notFound(_ what: String) -> APIFailure { APIFailure(.notFound, "\(what) is not here") }
    static let unauthorized = APIFailure(.unauthorized, "this needs a token that the server knows")
    static func forbidden(_ scope: TokenScope, _ owner: Owner) -> APIFailure {
        APIFailure(.forbidden, "the token may not \(scope.rawValue) for `\(owner)`")
    }
    static func exists(_ basename: Basename, of owner: Owner) -> APIFailure {
        APIFailure(.conflict, "file `\(basename)` already exists or is being uploaded for `\(owner)`; published files are never replaced")
    }
    static func publishedOtherwise(_ basename: Basename, of owner: Owner) -> APIFailure {
        APIFailure(.conflict, "`\(basename)` was published by `\(owner)` with other bytes; raise the build number")
    }
    static func locked(_ label: Label, of owner: Owner) -> APIFailure { APIFailure(.conflict, "label `\(label)` of `\(owner)` is locked") }
    static func lastLabel(_ label: Label, _ basename: Basename) -> APIFailure {
        APIFailure(.conflict, "`\(label)` is the only label of `\(basename)`; give it another one first, or remove the file")
    }
    static func evidenceChanged(_ basename: Basename) -> APIFailure {
        APIFailure(.conflict, "the evidence of `\(basename)` changed meanwhile; ask again")
    }
    static func refused(_ basename: Basename, _ label: Label, _ failures: [PromotionFailure]) -> APIFailure {
        APIFailure(
            .forbidden, "`\(basename)` may not be labelled `\(label)`: " + failures.map(\.description).joined(separator: "; "), failures: failures)
    }
}
