import Mustache

/// The report as one page: no script, nothing from outside, light and dark, on a phone and on paper.
enum HTMLReport {
    static func render(_ report: BuildReport) throws(ReportError) -> String {
        MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
        do {
            let template = try MustacheTemplate(string: String(decoding: PackageResources.report_mustache, as: UTF8.self))
            return template.render(ReportPage(report, style: String(decoding: PackageResources.report_css, as: UTF8.self)))
        } catch { throw .template("\(error)") }
    }
}
