import Files
import SystemPackage
import TestSupport
import Testing

/// Holds `docs/threats.md` to its word: each row names tests, and those tests exist.
@Suite struct ThreatsTests {
    @Test func `every row of the threat table names tests that exist`() throws {
        let page = try Repository.root.appending("docs/threats.md").text()
        var sources = ""
        for room in ["Cryptography", "Provenance", "Roster", "Ledger", "Verification", "ChannelServer", "Commands"] {
            for file in try Repository.root.appending("Tests/\(room)Tests").children() where file.string.hasSuffix(".swift") {
                sources += try file.text()
            }
        }
        let table = try #require(page.split(separator: "## Attackers").last?.split(separator: "## What does not count").first)
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2)
        #expect(rows.count >= 25)
        for row in rows {
            let cell = String(row.split(separator: "|" as Character).last ?? "")
            let tests = cell.split(separator: "`" as Character).map(String.init).filter { $0.contains(" ") && $0.count > 3 }
            #expect(!tests.isEmpty, "\(row)")
            for test in tests {
                let isThere = sources.contains("func `\(test)`(")
                #expect(isThere, "no test `\(test)`")
            }
        }
    }
}
