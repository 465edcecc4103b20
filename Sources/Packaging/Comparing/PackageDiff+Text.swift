import JSONReading

extension PackageDiff {
    /// The comparison for people, a line a fact; nothing in it can move a terminal's cursor.
    public var text: String {
        var lines = ["old: \(old.fileName.shown) (\(old.byteCount) bytes, sha256 \(old.sha256))"]
        lines.append("new: \(new.fileName.shown) (\(new.byteCount) bytes, sha256 \(new.sha256))")
        if old.sha256 == new.sha256 {
            lines.append("The files are the same, byte for byte.")
        } else {
            lines.append(isSamePayload ? "The payloads are the same, file for file." : "The payloads differ.")
        }
        section("Files added", added.map { "+ \($0.path.shown) (\($0.kind.shown), \($0.size) bytes)" }, &lines)
        section("Files removed", removed.map { "- \($0.path.shown) (\($0.kind.shown), \($0.size) bytes)" }, &lines)
        section("Files changed", changed.map(\.line), &lines)
        section("Libraries and symbols", elf.flatMap(\.lines), &lines)
        section("Metadata", metadata.map { "\($0.file) \($0.key.shown): \(Self.spelled($0.old)) → \(Self.spelled($0.new))" }, &lines)
        let info = infoAdded.map { "+ info/\($0.shown)" } + infoRemoved.map { "- info/\($0.shown)" } + infoChanged.map { "~ info/\($0.shown)" }
        section("info/", info, &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private func section(_ title: String, _ content: [String], _ lines: inout [String]) {
        guard !content.isEmpty else { return }
        lines.append("")
        lines.append("\(title) (\(content.count))")
        lines += content.map { "  " + $0 }
    }

    private static func spelled(_ value: JSONValue?) -> String {
        value.map { String(decoding: $0.serialized(), as: UTF8.self).shown } ?? "not there"
    }
}

extension PackageDiff.FileChange {
    var line: String {
        var facts: [String] = []
        if oldKind != newKind { facts.append("\(oldKind.shown) → \(newKind.shown)") }
        if oldSize != newSize { facts.append("\(oldSize) → \(newSize) bytes") }
        if let oldMode, let newMode { facts.append("mode \(String(oldMode, radix: 8)) → \(String(newMode, radix: 8))") }
        if oldSize == newSize, oldSHA256 != newSHA256 { facts.append("other bytes") }
        return "~ \(path.shown) (\(facts.joined(separator: ", ")))"
    }
}

extension PackageDiff.ELFChange {
    /// At most twenty symbols each way; the JSON form has all.
    var lines: [String] {
        func some(_ word: String, _ names: [String]) -> [String] {
            guard !names.isEmpty else { return [] }
            let shown = names.prefix(20).map(\.shown).joined(separator: ", ")
            return ["    \(word) (\(names.count)): \(shown)\(names.count > 20 ? ", …" : "")"]
        }
        return [path.shown] + some("needs now", neededAdded) + some("needs no more", neededRemoved) + some("exports now", exportedAdded)
            + some("exports no more", exportedRemoved) + versions.map { "    \($0.shown)" }
    }
}
