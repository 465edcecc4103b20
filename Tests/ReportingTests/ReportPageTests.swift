import Basics
import Files
import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite struct ReportPageTests {
    /// Every property name of the page and of everything in it.
    private func names(of value: Any) -> Set<String> {
        var names: Set<String> = []
        for child in Mirror(reflecting: value).children {
            if let label = child.label, label != "some" { names.insert(label) }
            names.formUnion(self.names(of: child.value))
        }
        return names
    }

    @Test func `the template names nothing that the page does not have, and shows all that it has`() throws {
        let template = String(decoding: PackageResources.report_mustache, as: UTF8.self)
        var used = Set(template.matches(of: /\{\{[{#\/^]?\.?([A-Za-z]+[A-Za-z0-9]*)\}?\}\}/).map { String($0.1) })
        let known = names(of: ReportPage(SampleReport.report, style: ""))
        #expect(used.subtracting(known).isEmpty)
        #expect(used.count > 70)
        used.formUnion(["style"])
        let unused = known.subtracting(used).filter { $0.first?.isLetter == true && $0 != "utf8" }
        #expect(unused.isEmpty, "\(unused)")
    }

    @Test func `curves stand on their own ends, share one time, and processors are steps`() throws {
        func sample(_ seconds: Double, _ memory: Int64, _ cores: Double?) -> BuildReport.Build.Sample {
            .init(seconds: seconds, memoryBytes: memory, diskBytes: 0, cores: cores)
        }
        let time = Timestamp(seconds: 0)
        let view = BuildView(
            .init(
                variant: "v", succeeded: true, started: time, finished: time, image: "i", engine: "e",
                // The first sample has nothing before it, and after the container's end there are no processors.
                samples: [sample(0, 0, nil), sample(10, 50, 4), sample(30, 100, 1), sample(40, 0, nil)]))
        let charts = Dictionary(uniqueKeysWithValues: view.charts.map { ($0.name, $0) })
        let processors = try #require(charts["Processors"])
        #expect(processors.line == "M0.0 4.0 L150.0 4.0 L150.0 44.5 L450.0 44.5")
        #expect(processors.area == "M0.0 60 L0.0 4.0 L150.0 4.0 L150.0 44.5 L450.0 44.5 L450.0 60 Z")
        let memory = try #require(charts["Memory"])
        #expect(memory.area == "M0.0 60 L0.0 58.0 L150.0 31.0 L450.0 4.0 L600.0 58.0 L600.0 60 Z")
        #expect(charts["Load of the machine"] == nil)
    }

    @Test func `the template escapes by scalars from its first line on`() {
        let template = String(decoding: PackageResources.report_mustache, as: UTF8.self)
        #expect(template.hasPrefix("{{% CONTENT_TYPE:\(HTMLText.name)}}"))
        #expect(template.ranges(of: "{{{").count == 1)
    }

    @Test(arguments: [
        (0, "0 B"), (999, "999 B"), (1000, "1 kB"), (1449, "1.4 kB"), (9_960, "10 kB"), (999_499, "999 kB"), (999_600, "1 MB"),
        (184_311_902, "184 MB"),
        (2_412_004, "2.4 MB"), (1_400_000_000, "1.4 GB"), (123_000_000_000_000, "123000 GB"),
    ])
    func `sizes are read at a glance`(count: Int64, text: String) { #expect(Amounts.bytes(count) == text) }

    @Test(arguments: [
        (0, "0 s"), (0.42, "0.4 s"), (9.96, "10 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (33_569, "9 h 19 min"), (-1, "?"), (.infinity, "?"),
    ])
    func `durations are read at a glance`(seconds: Double, text: String) { #expect(Amounts.duration(seconds) == text) }

    @Test func `what could not run is never green`() {
        for expected in BuildReport.Cell.Outcome.allCases {
            #expect(!BuildReport.Cell(.unavailable, expected: expected).isGreen)
            #expect(!BuildReport.Cell(.spurious, expected: expected).isGreen)
        }
        #expect(BuildReport.Cell(.uninstallable, expected: .uninstallable).isGreen)
        #expect(!BuildReport.Cell(.passed, expected: .uninstallable).isGreen)
    }

    @Test func `no style or page asks for anything from outside`() {
        let style = String(decoding: PackageResources.report_css, as: UTF8.self)
        #expect(!style.contains("url(") && !style.contains("@import") && !style.contains("http") && !style.contains("</"))
    }
}
