extension String {
    /// The terminal columns that the text takes: two for wide East Asian characters and emoji, none for marks and escapes.
    public var columns: Int {
        var width = 0
        var inEscape = false
        for scalar in unicodeScalars {
            if inEscape {
                if scalar.properties.isAlphabetic { inEscape = false }
                continue
            }
            if scalar == "\u{1B}" {
                inEscape = true
                continue
            }
            width += Self.width(of: scalar)
        }
        return width
    }

    /// The text cut to `limit` columns, with `…` at the end if anything was cut.
    public func truncated(toColumns limit: Int) -> String {
        guard columns > limit, limit > 0 else { return self }
        var text = ""
        var width = 0
        for character in self {
            let next = String(character).columns
            if width + next > limit - 1 { break }
            text.append(character)
            width += next
        }
        return text + "…"
    }

    /// The text in lines of at most `limit` columns, broken between words; a word that is longer has a line of its own.
    public func wrapped(toColumns limit: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.columns + 1 + String(word).columns > limit {
                lines.append(line)
                line = String(word)
            } else {
                line += (line.isEmpty ? "" : " ") + word
            }
        }
        return lines + [line]
    }

    /// The text with spaces behind it, `count` columns in all.
    public func padded(toColumns count: Int) -> String { self + String(repeating: " ", count: max(0, count - columns)) }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension String {
    /// The text with control characters made visible, for names and log lines that came from elsewhere.
    ///
    /// A file name may hold escape sequences that would repaint the reader's screen.
    public var printable: String {
        var text = ""
        for scalar in unicodeScalars {
            let isHarmful = scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
            if isHarmful, scalar != "\t" {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
