import Basics
import Conda
import Files
import Foundation
import Publishing
import Recipes
import SystemPackage
import Transport

/// What would be refused when hours of building are over: names, labels, files that are there already.
extension Doctor {
    func outputs(of feedstock: Feedstock) async -> Check {
        guard let outputRegistry else {
            return Check(
                name: "outputs", status: .warning, detail: "the output names were not looked up: no registry is named",
                hint: "give conda-forge's feedstock-outputs with `--output-registry`: a checkout, a file, or the URL of either")
        }
        return await check("outputs") {
            let registry: OutputRegistry
            if outputRegistry.contains("://") {
                registry = try await RegistryDownload(address: outputRegistry).registry(for: feedstock.recipe.outputs)
            } else {
                registry = try OutputRegistry.read(FilePath(outputRegistry))
            }
            for output in feedstock.recipe.outputs {
                let verdict = try registry.verdict(on: output, of: feedstock.name)
                guard verdict.isGood else {
                    return (
                        .failed, "`\(output.name)` may not be made by `\(feedstock.name)`: \(verdict.sentence)",
                        "ask for the name with an `add_feedstock_output` request before building"
                    )
                }
            }
            return (.ok, "\(feedstock.recipe.outputs.map(\.name).joined(separator: ", ")) registered", nil)
        }
    }

    /// The build's string is known after the build only, so what is compared is name, version and build number.
    func target(of feedstock: Feedstock, in workspace: Workspace) async -> [Check] {
        guard workspace.settings.server != nil, workspace.settings.owner != nil, let version = feedstock.recipe.version else { return [] }
        return [
            await check("target") {
                let channel = try Publication(settings: workspace.settings).channel
                let ours = Set(WorkspaceState(try Journal(reading: workspace.journal).entries).artifacts.map(\.reference.sha256))
                var found: [String] = []
                for subdir in Set(feedstock.variants.map(\.subdir)).sorted(by: { $0.name < $1.name }) {
                    for label in [Label.main, workspace.settings.label] {
                        let place = try Channel(server: channel.server, owner: channel.owner, label: label)
                        for entry in try await ChannelReader(place, client: HTTPClient(proxy: .environment)).repodata(subdir).entries {
                            let name = entry.path.name
                            guard feedstock.recipe.outputs.contains(where: { $0.name == name.package }), name.version == version,
                                feedstock.recipe.buildNumber == nil || entry.buildNumber.map(String.init) == feedstock.recipe.buildNumber,
                                !ours.contains(entry.sha256)
                            else { continue }
                            found.append("`\(name.fileName)` on `\(label)`")
                        }
                    }
                }
                guard !found.isEmpty else { return (.ok, "nothing of this version and build number is on `\(channel)`", nil) }
                return (
                    .warning, "there are files of this version and build number already: \(found.prefix(4).joined(separator: ", "))",
                    "raise the build number, unless they are of other variants: what is published is never replaced"
                )
            }
        ]
    }
}

extension OutputRegistry.Verdict {
    fileprivate var sentence: String {
        switch self {
        case .registered: "it is registered"
        case .allowed(let pattern): "`\(pattern)` allows it"
        case .registeredTo(let owners): "it belongs to \(owners.map { "`\($0)`" }.joined(separator: ", "))"
        case .unregistered: "nobody has registered it"
        case .unread: "only the build tool can evaluate its name"
        }
    }
}
