public import Basics
public import Conda
public import Files
public import Transport

/// What kept an artifact from being published, or from being found as it was published.
public enum PublishingError: Explained, Hashable {
    case transport(TransportError)
    case file(FileError)
    /// The server understood and said no.
    case refused(Refusal)
    /// The object store behind the server said no.
    case objectRefused(code: String, message: String)
    case badAnswer(action: String, reason: String)
    /// Other bytes have this name already.
    case differentBytes(ArtifactPath, Channel, there: SHA256Digest?, ours: SHA256Digest)
    /// The server took our bytes and has others.
    case storedOtherwise(ArtifactPath, Channel, there: SHA256Digest?, ours: SHA256Digest)
    case beingUploaded(ArtifactPath, Channel)
    case notThere(ArtifactPath, Channel)
    case labelNotSeen(Label, ArtifactPath, Channel)
    case labelStillThere(Label, ArtifactPath, Channel)
    case digestMismatch(String, expected: SHA256Digest, actual: SHA256Digest?)
    case notCopied([ArtifactPath], to: Channel, reasons: [RefusalReason], wasAnswered: Bool)
    case unfit(String, reason: String)

    public var message: String {
        switch self {
        case .transport(let error): error.message
        case .file(let error): error.message
        case .refused(let refusal): refusal.message
        case .objectRefused(let code, let text): "the server's object store refused the bytes: `\(code)`" + (text.isEmpty ? "" : " (\(text))")
        case .badAnswer(let action, let reason): "the server's answer cannot be understood, when asked to \(action): \(reason)"
        case .differentBytes(let path, let channel, let there, let ours):
            "`\(path)` is already at `\(channel)` with other bytes: SHA-256 \(Self.shown(there)), ours \(ours)"
        case .storedOtherwise(let path, let channel, let there, let ours):
            "`\(channel)` took `\(path)` and shows other bytes for it: SHA-256 \(Self.shown(there)), ours \(ours)"
        case .beingUploaded(let path, let channel): "`\(channel)` says that `\(path)` is being uploaded by someone else, and it does not end"
        case .notThere(let path, let channel): "`\(path)` is not at `\(channel)`"
        case .labelNotSeen(let label, let path, let channel): "`\(path)` of `\(channel.owner)` was given the label `\(label)` and does not show it"
        case .labelStillThere(let label, let path, let channel): "`\(path)` of `\(channel.owner)` still shows the label `\(label)`, which was removed"
        case .digestMismatch(let name, let expected, let actual):
            "`\(name)` was to have the SHA-256 \(expected) and came with \(Self.shown(actual)); it was not kept"
        case .notCopied(let paths, let channel, let reasons, let wasAnswered):
            paths.map { "`\($0)`" }.joined(separator: ", ") + " did not arrive at `\(channel)`"
                + (wasAnswered ? "" : ", and the request to copy was not answered")
                + (reasons.isEmpty ? "" : ": " + reasons.map(\.description).joined(separator: "; "))
        case .unfit(let name, let reason): "`\(name)` cannot be published: \(reason)"
        }
    }

    public var hint: String? {
        switch self {
        case .transport(let error): error.hint
        case .file(let error): error.hint
        case .refused(let refusal): refusal.hint
        case .objectRefused(code: "InvalidDigest", _), .objectRefused(code: "BadDigest", _):
            "has the file changed since it was hashed? sign and upload it again"
        case .differentBytes: "raise the build number; published artifacts are never replaced"
        case .storedOtherwise: "take the file off the channel and tell its owners; nobody should install it"
        case .beingUploaded: "wait two minutes, then run the same command again"
        case .labelNotSeen: "nothing was removed; run the same command again in a minute"
        case .labelStillThere: "run the same command again; what is done is not done twice"
        case .digestMismatch: "download it again; if it stays so, the channel serves other bytes than it lists"
        case .notCopied(_, _, _, wasAnswered: false): "the copy may still go on: run the same command again in a few minutes"
        case .objectRefused, .badAnswer, .notThere, .notCopied, .unfit: nil
        }
    }

    private static func shown(_ digest: SHA256Digest?) -> String { digest.map { "\($0)" } ?? "(none named)" }
}
