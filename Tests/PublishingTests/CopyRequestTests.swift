import Basics
import Conda
import Foundation
import Testing

@testable import Publishing

@Suite struct CopyRequestTests {
    private func document(_ label: Label = .main) throws -> CopyRequestDocument {
        let digits = try #require(SHA256Digest(parsing: String(repeating: "1", count: 64)))
        let exponent = try #require(SHA256Digest(parsing: "12e" + String(repeating: "4", count: 61)))
        let first = try #require(ArtifactPath(parsing: "linux-64/qt-main-5.15.2-h1_0.conda"))
        let second = try #require(ArtifactPath(parsing: "linux-aarch64/qt-main-5.15.2-h2_0.conda"))
        return try CopyRequestDocument(
            items: [
                .init(second, at: Channel(server: "https://conda.anaconda.org", owner: "delegate", label: .main), sha256: exponent),
                .init(first, at: Channel(server: "https://conda.anaconda.org", owner: "delegate", label: .cfep03), sha256: digits),
            ], label: label)
    }

    @Test func `the document is what admin-requests reads, and its digests are text`() throws {
        #expect(
            try document().yaml == """
                action: cfep3_copy
                anaconda_org_packages:
                  - package: delegate/label/cfep03/linux-64/qt-main-5.15.2-h1_0.conda
                    sha256: "1111111111111111111111111111111111111111111111111111111111111111"
                  - package: delegate/linux-aarch64/qt-main-5.15.2-h2_0.conda
                    sha256: "12e4444444444444444444444444444444444444444444444444444444444444"

                """)
        #expect(try document(.manual).yaml.hasSuffix("\nto_anaconda_org_label: manual\n"))
    }

    @Test func `nothing, and an artifact that is named twice, is no request`() throws {
        #expect(throws: PublishingError.self) { try CopyRequestDocument(items: []) }
        let items = try document().items
        #expect(throws: PublishingError.self) { try CopyRequestDocument(items: items + items.prefix(1)) }
    }

    @Test func `the text ticks what it proves and nothing else`() throws {
        let full = CopyRequestText(
            document: try document(), feedstock: "qt-main-feedstock", pullRequest: "https://github.com/conda-forge/qt-main-feedstock/pull/1",
            reason: "it takes longer than CI allows", logs: ["https://example.org/log"], team: "@conda-forge/qt-main")
        #expect(full.title == "CFEP-3 copy of qt-main 5.15.2 (2 artifacts)")
        #expect(full.markdown.components(separatedBy: "- [x]").count == 5 && !full.markdown.contains("- [ ]"))
        for item in full.document.items {
            #expect(full.markdown.contains(item.sha256.hexadecimal))
            #expect(full.markdown.contains("https://conda.anaconda.org/\(item.package)"))
        }
        let bare = CopyRequestText(document: try document(), feedstock: "x", pullRequest: "", reason: "y", logs: [])
        #expect(bare.markdown.components(separatedBy: "- [ ]").count == 4)
    }
}
