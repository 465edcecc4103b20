public import Conda

/// An owner on anaconda.org and one of its labels.
public struct ChannelTarget: Hashable, Sendable, Codable, CustomStringConvertible {
    public let owner: String
    public let label: Label

    /// `conda-forge main`; without a label it is `main`.
    init?(parsing text: String) {
        let words = text.split(separator: " ")
        guard (1...2).contains(words.count), let owner = words.first, owner.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
        else {
            return nil
        }
        self.owner = String(owner)
        guard words.count == 2 else {
            label = .main
            return
        }
        do { label = try Label(parsing: words[1]) } catch { return nil }
    }

    public var description: String { "\(owner) \(label)" }
}
