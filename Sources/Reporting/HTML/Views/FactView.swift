import Basics

/// One line of the request and the source: a link, code or text.
struct FactView {
    let label: String
    let value: String
    let link: String?
    let isCode: Bool
    let isText: Bool

    init(_ label: String, _ value: String, link: String? = nil, isCode: Bool = false) {
        self.label = label
        self.value = value
        self.link = link
        self.isCode = link == nil && isCode
        isText = link == nil && !isCode
    }

    static func all(of origin: BuildReport.Origin) -> [FactView] {
        [
            origin.reason.map { FactView("Reason", $0) },
            origin.pullRequest.map { FactView("Pull request", $0, link: RelativeLink.web($0)) },
            origin.enabledBy.map { FactView("Enabled by", $0) },
            origin.builder.map { FactView("Built by", $0) },
            origin.channel.map { FactView("Channel", $0) },
            FactView("Feedstock", origin.feedstock),
            origin.remoteURL.map { FactView("From", $0, link: RelativeLink.web($0)) },
            FactView("Commit", origin.commit, isCode: true),
            origin.branch.map { FactView("Branch", $0, isCode: true) },
            origin.recipeSHA256.map { FactView("Recipe’s digest", $0.hexadecimal, isCode: true) },
        ].compactMap { $0 }
    }
}
