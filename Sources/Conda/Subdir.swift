public import Basics

/// A platform's folder in a channel, such as `linux-64` or `noarch` (CEP 26).
public struct Subdir: ParsedText {
    public let name: String

    public init(parsing text: some StringProtocol) throws(SubdirError) {
        let name = String(text)
        let isPlain = !name.isEmpty && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
        guard isPlain, name == "noarch" || name.contains("-"), name.utf8.count <= 32 else { throw .notASubdir(name) }
        self.name = name
    }

    private init(known name: String) { self.name = name }
    public static let noarch = Subdir(known: "noarch")
    public static let linux64 = Subdir(known: "linux-64")
    public static let linuxAarch64 = Subdir(known: "linux-aarch64")

    public var description: String { name }
}

public enum SubdirError: Explained, Hashable {
    case notASubdir(String)
    public var message: String {
        switch self {
        case .notASubdir(let text): "`\(text)` is not a subdir"
        }
    }
    public var hint: String? { "a subdir is `noarch` or `system-architecture`, such as `linux-64`" }
}
