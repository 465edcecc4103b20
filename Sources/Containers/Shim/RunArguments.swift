import Processes

/// The words behind `docker run`, taken apart: options, image, command.
///
/// Which options take a value cannot be seen from the words, so the ones that take none are listed; every other takes one.
struct RunArguments: Hashable, Sendable {
    struct Option: Hashable, Sendable {
        /// With its hyphens, as `--env` or `-e`.
        var name: String
        /// Nil for an option that takes none.
        var value: String?
    }

    var options: [Option] = []
    var image: String
    var command: [String]

    private static let flags: Set<String> = [
        "--detach", "--disable-content-trust", "--env-host", "--help", "--http-proxy", "--init", "--interactive", "--no-healthcheck", "--no-hosts",
        "--oom-kill-disable", "--privileged", "--publish-all", "--quiet", "--read-only", "--read-only-tmpfs", "--replace", "--rm", "--rmi",
        "--rootfs",
        "--sig-proxy", "--tls-verify", "--tty", "--use-api-socket",
    ]
    private static let shortFlags: [Character: String] = [
        "d": "--detach", "i": "--interactive", "t": "--tty", "P": "--publish-all", "q": "--quiet",
    ]
    private static let longNames: [Character: String] = [
        "e": "--env", "v": "--volume", "u": "--user", "w": "--workdir", "m": "--memory", "l": "--label",
    ]

    /// Throws for words that name no image.
    init(parsing words: [String]) throws(ContainerError) {
        var words = words[...]
        while let word = words.first, word.hasPrefix("-"), word != "-" {
            words = words.dropFirst()
            if word == "--" { break }
            if word.hasPrefix("--") {
                if let equals = word.firstIndex(of: "=") {
                    options.append(Option(name: String(word[..<equals]), value: String(word[word.index(after: equals)...])))
                } else if Self.flags.contains(word) {
                    options.append(Option(name: word, value: nil))
                } else {
                    options.append(Option(name: word, value: words.popFirst() ?? ""))
                }
                continue
            }
            // `-it`, `-e X`, `-eX`, `-ite X`.
            var letters = word.dropFirst()
            while let letter = letters.popFirst() {
                if let flag = Self.shortFlags[letter] {
                    options.append(Option(name: flag, value: nil))
                    continue
                }
                let rest = letters.first == "=" ? letters.dropFirst() : letters
                options.append(Option(name: Self.longNames[letter] ?? "-\(letter)", value: letters.isEmpty ? words.popFirst() ?? "" : String(rest)))
                break
            }
        }
        guard let image = words.popFirst() else { throw .notUnderstood("`run \(words.joined(separator: " "))` names no image") }
        self.image = image
        command = Array(words)
    }

    func value(of name: String) -> String? { options.last { $0.name == name }?.value }

    mutating func remove(_ names: Set<String>) { options.removeAll { names.contains($0.name) } }

    /// Takes away each `--env` that hands a secret on, with or without its value, and the options that hand on the whole environment.
    mutating func removeSecrets() {
        options.removeAll { option in
            if option.name == "--env-host" { return true }
            guard option.name == "--env", let value = option.value else { return false }
            return SecretNames.contains(String(value.prefix { $0 != "=" }))
        }
    }

    /// Takes away each `--env` of these variables, with or without its value.
    mutating func removeVariables(_ isMeant: (String) -> Bool) {
        options.removeAll { option in option.name == "--env" && isMeant(String((option.value ?? "").prefix { $0 != "=" })) }
    }

    /// True where the words hand the variable on, with a value or without.
    func hasVariable(_ name: String) -> Bool {
        options.contains { $0.name == "--env" && $0.value.map { String($0.prefix { $0 != "=" }) } == name }
    }

    /// The source of the mount at `target`.
    func source(mountedAt target: String) -> String? {
        for option in options where option.name == "--volume" {
            let parts = (option.value ?? "").split(separator: ":", omittingEmptySubsequences: false)
            if parts.count >= 2, parts[1] == target { return String(parts[0]) }
        }
        return nil
    }

    var words: [String] {
        options.flatMap { option in
            guard let value = option.value else { return [option.name] }
            // With the equals sign, so that a value that begins with a hyphen stays a value; short options know no equals sign.
            return option.name.hasPrefix("--") ? ["\(option.name)=\(value)"] : [option.name, value]
        } + [image] + command
    }
}
