/// What a system turned out to be when it was looked at from inside.
public struct SystemFacts: Codable, Hashable, Sendable {
    /// The kinds of packages that distributions are made of.
    public enum Family: String, Codable, Sendable, CaseIterable {
        case debian, fedora, suse, arch, alpine

        /// By `ID` and `ID_LIKE` of os-release(5).
        init?(words: [Substring]) {
            for word in words {
                switch word {
                case "debian", "ubuntu": self = .debian
                case "fedora", "rhel", "centos", "almalinux", "rocky": self = .fedora
                case "suse", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "sles": self = .suse
                case "arch": self = .arch
                case "alpine": self = .alpine
                default: continue
                }
                return
            }
            return nil
        }
    }

    /// As the system calls itself, such as `Debian GNU/Linux 12 (bookworm)`.
    public var title: String
    /// Nil where neither `getconf`, nor `ldd`, nor musl's loader said anything.
    public var libc: LibC?
    /// The machine's word for its processor, such as `x86_64`.
    public var machine: String
    public var kernel: String
    /// Whose packages it is made of; nil where that is not known.
    public var family: Family?
    /// The version of macOS; nil for every other system.
    public var macOS: String?
    /// The version of Windows, such as `10.0.19045`; nil for every other system.
    public var windows: String?
    /// Those of `bash`, `perl`, `python3` that the system has of its own.
    public var tools: [String]

    public init(title: String, libc: LibC?, machine: String, kernel: String, family: Family? = nil, tools: [String] = []) {
        self.title = title
        self.libc = libc
        self.machine = machine
        self.kernel = kernel
        self.family = family
        self.tools = tools
    }

    /// What a client running there would find (`__unix`, `__linux`, `__glibc`, `__osx`, `__win`); `__archspec` is taken from this machine, whose processor it is.
    public var virtualPackages: [VirtualPackage] {
        if let windows { return [VirtualPackage(name: "__win", version: windows)] }
        if let macOS { return [VirtualPackage(name: "__unix", version: "0"), VirtualPackage(name: "__osx", version: macOS)] }
        let version = kernel.prefix { $0.isNumber || $0 == "." }
        var packages = [
            VirtualPackage(name: "__unix", version: "0"), VirtualPackage(name: "__linux", version: version.isEmpty ? "0" : String(version)),
        ]
        if let libc, libc.isGlibc { packages.append(VirtualPackage(name: "__glibc", version: libc.version)) }
        return packages
    }
}

/// The small script that is run in an image to find out what it is, and the reading of its answer.
enum ImageProbe {
    /// POSIX sh and nothing but what every userland has; each line is `key=value`.
    static let script = """
        echo "machine=$(uname -m)"
        echo "kernel=$(uname -r)"
        v=$(getconf GNU_LIBC_VERSION 2>/dev/null) && echo "getconf=$v"
        v=$(ldd --version 2>&1 | head -n 1) && echo "ldd=$v"
        for f in /lib/ld-musl-*.so.1; do
          if [ -e "$f" ]; then echo "musl=$("$f" 2>&1 | tr '\\n' ' ')"; fi
        done
        if [ -r /etc/os-release ]; then sed -n -e 's/^PRETTY_NAME=/title=/p' -e 's/^ID=/id=/p' -e 's/^ID_LIKE=/id=/p' /etc/os-release; fi
        v=$(sw_vers -productVersion 2>/dev/null) && echo "macos=$v"
        for p in bash perl python3; do
          if command -v "$p" >/dev/null 2>&1; then echo "tool=$p"; fi
        done
        exit 0
        """

    /// Reads the answer; lines that mean nothing are passed over, because a shell may add its own.
    static func facts(in lines: [String]) -> SystemFacts {
        var facts = SystemFacts(title: "", libc: nil, machine: "", kernel: "")
        var fromLDD: LibC?
        for line in lines {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let value = String(line[line.index(after: equals)...])
            switch line[..<equals] {
            case "machine": facts.machine = value
            case "kernel": facts.kernel = value
            case "title": facts.title = value.trimming("\"'")
            case "id": facts.family = facts.family ?? SystemFacts.Family(words: value.trimming("\"'").split(separator: " "))
            case "macos": facts.macOS = value
            case "tool": facts.tools.append(value)
            case "getconf":
                // `glibc 2.36`
                let words = value.split(separator: " ")
                if words.count == 2, words[0] == "glibc", isVersion(words[1]) { facts.libc = LibC(name: "glibc", version: String(words[1])) }
            case "ldd":
                // `ldd (Debian GLIBC 2.36-9+deb12u14) 2.36`, `ldd (GNU libc) 2.28`
                let lower = value.lowercased()
                if lower.contains("glibc") || lower.contains("gnu libc"), let last = value.split(separator: " ").last, isVersion(last) {
                    fromLDD = LibC(name: "glibc", version: String(last))
                }
            case "musl":
                // `musl libc (x86_64) Version 1.2.5 Dynamic Program Loader …`
                let words = value.split(separator: " ")
                if let place = words.firstIndex(of: "Version"), place + 1 < words.count, isVersion(words[place + 1]) {
                    facts.libc = facts.libc ?? LibC(name: "musl", version: String(words[place + 1]))
                }
            default: continue
            }
        }
        facts.libc = facts.libc ?? fromLDD
        return facts
    }

    private static func isVersion(_ text: Substring) -> Bool {
        guard let first = text.first, first.isNumber else { return false }
        return text.contains(".") && text.allSatisfy { $0.isNumber || $0 == "." }
    }
}

extension String {
    fileprivate func trimming(_ characters: String) -> String {
        var text = self[...]
        while let first = text.first, characters.contains(first) { text.removeFirst() }
        while let last = text.last, characters.contains(last) { text.removeLast() }
        return String(text)
    }
}
