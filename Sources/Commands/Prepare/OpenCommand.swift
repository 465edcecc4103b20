public import ArgumentParser
import Conda
import Files
import Foundation
import Recipes
import SystemPackage
import TerminalUI
import Workbench

struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a feedstock's checkout into a workspace.",
        discussion: """
            Reads the checkout at its commit, says what it found and what is odd, and begins the journal. Opening it again changes nothing. A URL is cloned \
            into the current folder first, at the pull request's head or the commit; a checkout that is there is never changed.
            """)

    @Argument(help: .init("The feedstock's checkout, or the URL of its repository.", valueName: "path|url")) var feedstock: String
    @OptionGroup var workspace: WorkspaceOptions
    @Option(name: .long, help: "The commit that was approved; the checkout must be at it.") var commit: String?
    @Option(name: .long, help: "Why it is built by hand: time, memory, disk or hardware.") var reason: FeedstockOpening.Reason = .time
    @Option(name: .customLong("pull-request"), help: .init("The feedstock's pull request.", valueName: "url")) var pullRequest: String?
    @Option(
        name: .customLong("pr"),
        help: .init("The number of the pull request; its head must be what is checked out, unless --commit names another.", valueName: "number"))
    var number: Int?
    @Option(name: .customLong("enabled-by"), help: .init("The core member who enabled this build.", valueName: "name")) var enabledBy: String?
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        let address = FeedstockClone.isAddress(feedstock) ? feedstock : nil
        let checkout = FilePath(address.map(FeedstockClone.folderName) ?? feedstock)
        let folder = workspace.workspace ?? CommandContext.current["WORKSPACE"] ?? checkout.lastComponent.map { "\($0.string)-build" } ?? "build"
        if address != nil, !checkout.exists { terminal.showProgress("cloning into \(checkout)") }
        let answer = try await FeedstockOpening(
            feedstock: checkout, address: address, workspace: FilePath(folder), commit: commit, number: number, reason: reason,
            pullRequest: pullRequest, enabledBy: enabledBy, settings: settings.settings(feedstock: checkout.string)
        ).run()
        terminal.clearProgress()
        let found = answer.feedstock
        terminal.output(
            "feedstock  \(found.name.printable) at \(found.checkout.commit.prefix(12))\(found.checkout.branch.map { " on \($0.printable)" } ?? "")")
        terminal.output("recipe     \(found.recipe.format.fileName), built by \(found.settings.buildTool)")
        terminal.output("outputs    \(found.recipe.outputs.map(\.name.printable).joined(separator: ", "))")
        terminal.output("workspace  \(answer.workspace.root)\(answer.isNew ? "" : ", opened before")")
        terminal.output("")
        let table = Table(
            ["variant", "subdir", "image", "target"],
            rows: found.variants.map {
                [
                    $0.configName.printable, $0.subdir.name, $0.dockerImage?.printable ?? "",
                    $0.channelTargets.map(\.description).joined(separator: ", "),
                ]
            })
        for line in table.lines { terminal.output(line) }
        for oddity in found.oddities {
            terminal.note(
                terminal.styled(oddity.isRefusal ? "wrong:" : "odd:", oddity.isRefusal ? .bad : .warning) + " \(oddity.description.printable)")
            if let advice = oddity.advice { terminal.note(terminal.styled("hint:", .warning) + " " + advice) }
        }
        terminal.note("next: `hallmark doctor`, then `hallmark build`")
    }
}

extension FeedstockOpening.Reason: ExpressibleByArgument {}

/// What a workspace keeps of the command line, so that it need not be said again.
struct SettingsOptions: ParsableArguments {
    @Option(name: .long, help: .init("The folder of the signed rosters.", valueName: "dir")) var roster: String?
    @Option(name: .customLong("roster-pin"), help: .init("The digest of the first roster.", valueName: "sha256")) var rosterPin: String?
    @Option(name: .long, help: .init("The ledger's folder.", valueName: "dir")) var ledger: String?
    @Option(name: .customLong("ledger-key"), help: .init("The ledger's private key, for who keeps it.", valueName: "file")) var ledgerKey: String?
    @Option(name: .long, help: .init("The server to publish to.", valueName: "url")) var server: String?
    @Option(name: .long, help: "The owner of the channel.") var owner: String?
    @Option(name: .long, help: .init("The owner that uploads go to first.", valueName: "owner")) var staging: String?
    @Option(name: .long, help: "The label of builds by hand.", transform: { try Label(parsing: $0) }) var label = Label.manual
    @Option(name: .long, help: "podman or docker, by name or path.") var engine: String?
    @Option(name: .long, help: .init("An image that replaces the one that the variants name.", valueName: "reference")) var image: String?

    func settings(feedstock: String) -> WorkspaceSettings {
        func absolute(_ path: String?) -> String? { path.map { FilePath($0).absolute.string } }
        return WorkspaceSettings(
            id: "", feedstock: feedstock, roster: absolute(roster), rosterPin: rosterPin, ledger: absolute(ledger), ledgerKey: absolute(ledgerKey),
            server: server, owner: owner, stagingOwner: staging, label: label, engine: engine, image: image)
    }
}
