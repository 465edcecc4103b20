/// The same checks in the words of stock tools: a POSIX shell script of `openssl`, `jq`, `base64`, `sed`, `cmp` and nothing of ours.
///
/// Run it in the folder that holds the artifact and its sidecars. It stops with a status other than 0 at the first check that fails.
public struct Explanation: Hashable, Sendable {
    /// One check: a sentence for people and the commands that do it.
    public struct Check: Hashable, Sendable {
        public let title: String
        public let commands: String
    }

    /// What the checks need: the keys, taken from the verified roster, and the functions that they share.
    public let preparation: String
    public let checks: [Check]

    /// On one line: a title holds words of whoever wrote the evidence, and none of them may become a command.
    private static func comment(_ title: String) -> String {
        String(
            String.UnicodeScalarView(
                title.unicodeScalars.map { $0.properties.generalCategory == .control || $0.value == 0x2028 || $0.value == 0x2029 ? " " : $0 }))
    }

    public var script: String {
        preparation + checks.map { "\n# \(Self.comment($0.title))\n\($0.commands)" }.joined()
    }
}
