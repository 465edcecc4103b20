public import Basics

/// A label of a channel, such as `main` or `manual`: the part of a channel that people choose to install from.
public struct Label: ParsedText {
    public let name: String

    public init(parsing text: some StringProtocol) throws(LabelError) {
        let name = String(text)
        let isPlain = name.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || "_-.".utf8.contains($0) }
        guard !name.isEmpty, name.utf8.count <= 64, isPlain, name.first != ".", name.first != "-" else { throw .notALabel(name) }
        self.name = name
    }

    private init(known name: String) { self.name = name }
    public static let main = Label(known: "main")
    /// The label of CFEP-3's draft of 2016, hallmark's default.
    public static let manual = Label(known: "manual")
    /// The label of CFEP-3's accepted text.
    public static let cfep03 = Label(known: "cfep03")

    public var description: String { name }
}

public enum LabelError: Explained, Hashable {
    case notALabel(String)
    public var message: String {
        switch self {
        case .notALabel(let text): "`\(text)` is not a label"
        }
    }
    public var hint: String? { "a label holds letters, digits, `_`, `-` and `.`, and begins with a letter, a digit or `_`" }
}
