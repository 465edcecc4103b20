/// A pattern in which `*` stands for any run of characters, none included, and everything else for itself.
struct Glob {
    private let pattern: [UInt8]
    init(_ pattern: String) { self.pattern = Array(pattern.utf8) }

    /// Linear in the text for each `*`: goes back to the last star only.
    func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var position = 0
        var index = 0
        var star: (pattern: Int, text: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                star = (position, index)
                position += 1
            } else if position < pattern.count, pattern[position] == text[index] {
                position += 1
                index += 1
            } else if let last = star {
                position = last.pattern + 1
                index = last.text + 1
                star = (last.pattern, index)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
