public import Foundation
import JSONReading

/// The forms that a report is written in.
public enum ReportFormat: String, CaseIterable, Sendable {
    /// One file for people, without anything from outside and without scripts.
    case html
    /// For the pull request.
    case markdown
    /// For CI services: the cells and the verification's steps as tests.
    case junit
    /// The model itself, for programs.
    case json

    public var fileName: String {
        switch self {
        case .html: "report.html"
        case .markdown: "report.md"
        case .junit: "report.junit.xml"
        case .json: "report.json"
        }
    }
}

extension BuildReport {
    /// The report's bytes: the same report gives the same bytes.
    public func rendered(as format: ReportFormat) throws(ReportError) -> Data {
        switch format {
        case .html: return Data(try HTMLReport.render(self).utf8)
        case .markdown: return Data(MarkdownReport.render(self).utf8)
        case .junit: return Data(JUnitReport.render(self).utf8)
        case .json:
            do { return try StrictJSON.encode(self, pretty: true) } catch { throw .json(error) }
        }
    }

    /// Reads what `json` wrote.
    public init(parsing json: Data) throws(ReportError) {
        do { self = try StrictJSON.decode(BuildReport.self, from: json) } catch { throw .json(error) }
    }
}
