/// Text of others, made safe to look at.
enum VisibleText {
    /// Spells out what a reader would not see or would see in another place: control characters, invisible ones, and those that turn the direction
    /// of writing around, with which a name can pretend to be another. Line feeds and tabs stay.
    static func spelled(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isHidden(scalar) { result.append(contentsOf: "⟨\(name(scalar))⟩".unicodeScalars) } else { result.append(scalar) }
        }
        return String(result)
    }

    private static func name(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0...0x1F, 0x7F...0x9F: true
        case 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
        case 0xE0000...0xE0FFF: true
        default: false
        }
    }
}
