import Foundation
import Reporting
import Testing

@Suite struct ReportGoldenTests {
    @Test(arguments: ReportFormat.allCases)
    func `a real build's report is as it was accepted`(format: ReportFormat) throws {
        try expectGolden(try SampleReport.report.rendered(as: format), format.fileName)
    }

    @Test func `the JSON is read back as it was written`() throws {
        let json = try SampleReport.report.rendered(as: .json)
        #expect(try BuildReport(parsing: json) == SampleReport.report)
        for count in stride(from: 0, to: json.count - 2, by: 97) {
            #expect(throws: ReportError.self) { try BuildReport(parsing: json.prefix(count)) }
        }
    }

    @Test func `a build of which little is known has a report as well`() throws {
        let report = BuildReport(
            title: "libassay", madeAt: SampleReport.report.madeAt, madeBy: "hallmark", verdict: .init(.open, summary: "Nothing was built yet."),
            origin: .init(feedstock: "libassay-feedstock", commit: String(repeating: "0", count: 40)))
        try expectGolden(try report.rendered(as: .html), "empty.html")
        try expectGolden(try report.rendered(as: .markdown), "empty.md")
    }
}
