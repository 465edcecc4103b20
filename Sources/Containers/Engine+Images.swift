import Foundation
import JSONReading
public import Processes

extension Engine {
    public func image(_ reference: String) async throws(ContainerError) -> ImageFacts? {
        try Self.check(reference)
        let result = try await ask(["image", "inspect", reference])
        guard result.exit.isSuccess else {
            let text = result.errorText.lowercased()
            if ["no such image", "image not known", "no such object", "unable to find"].contains(where: text.contains) { return nil }
            throw failure("look at the image `\(reference)`", result)
        }
        guard let facts = Self.imageFacts(try parsed(result.outputText, "`image inspect`")[0]) else {
            throw .notUnderstood("`image inspect` of `\(reference)` names no id")
        }
        return facts
    }

    public func pull(_ reference: String, onLine: @escaping @Sendable (OutputLine) -> Void) async throws(ContainerError) {
        try Self.check(reference)
        let last = LastLines()
        let exit: ProcessExit
        do {
            exit = try await command(["pull", reference]).stream { line in
                last.append(line.text)
                onLine(line)
            }
        } catch { throw translated(error) }
        guard exit.isSuccess else { throw .pullFailed(reference, reason: Self.reason(in: last.text)) }
    }

    /// A reference is never taken for an option.
    static func check(_ reference: String) throws(ContainerError) {
        guard let first = reference.first, first != "-", !reference.contains(where: { $0.isWhitespace || $0.isNewline }) else {
            throw .notAReference(reference)
        }
    }

    static func imageFacts(_ json: JSONValue?) -> ImageFacts? {
        guard let json, let id = json["Id"]?.string, !id.isEmpty else { return nil }
        var digests = Set((json["RepoDigests"]?.array ?? []).compactMap { $0.string?.split(separator: "@").last.map(String.init) })
        if let digest = json["Digest"]?.string, !digest.isEmpty { digests.insert(digest) }
        return ImageFacts(
            id: digest(id), digests: digests.sorted(), byteCount: json["Size"]?.integer ?? 0, created: json["Created"]?.string ?? "",
            operatingSystem: json["Os"]?.string ?? "", architecture: json["Architecture"]?.string ?? "", labels: labels(json["Config"]?["Labels"]))
    }

    /// Podman leaves the algorithm away.
    static func digest(_ id: String) -> String { id.contains(":") ? id : "sha256:" + id }

    static func labels(_ json: JSONValue?) -> [String: String] {
        Dictionary((json?.object ?? []).compactMap { member in member.value.string.map { (member.key, $0) } }) { $1 }
    }
}
