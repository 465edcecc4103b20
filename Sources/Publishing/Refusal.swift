/// A server's no, with every reason that it gave.
public struct Refusal: Hashable, Sendable {
    /// The server's origin.
    public let server: String
    public let status: Int
    /// What it was asked to do: "add the label `main`".
    public let action: String
    public let reasons: [RefusalReason]

    public init(server: String, status: Int, action: String, reasons: [RefusalReason]) {
        self.server = server
        self.status = status
        self.action = action
        self.reasons = reasons
    }

    var message: String {
        let what =
            switch status {
            case 401: "does not know the token that was to \(action)"
            case 403: "refuses to \(action)"
            case 404: "has not what is needed to \(action)"
            case 500...: "failed when asked to \(action) (status \(status))"
            default: "does not \(action) (status \(status))"
            }
        return "`\(server)` \(what)" + (reasons.isEmpty ? "" : ": " + reasons.map(\.description).joined(separator: "; "))
    }

    var hint: String? {
        switch status {
        case 401: "give a token of this server by `--token-file` or in the environment"
        case 403 where reasons.contains { !$0.name.isEmpty }:
            "clear each reason away, add what proves it to the evidence, then run the same command again"
        case 403: "the token may lack the right to do this; ask the channel's owner"
        case 500...: "the server is in trouble; run the same command again later, what is done is not done twice"
        default: nil
        }
    }
}
