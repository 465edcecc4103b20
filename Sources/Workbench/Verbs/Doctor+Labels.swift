import Basics
import Conda
import Recipes

/// Where the builds go and what they are built from, as `channel_targets` and `channel_sources` have it.
extension Doctor {
    private static let preRelease = ["_dev", "_rc"]

    /// CFEP-3: builds by hand never go to `main` by themselves. CFEP-5: pre-releases go to `PACKAGE_dev` and `PACKAGE_rc`, releases to `main`, and what is
    /// built from a pre-release is one.
    func labels(of feedstock: Feedstock, in workspace: Workspace) -> [Check] {
        let label = workspace.settings.label
        if label == .main {
            return [
                Check(
                    name: "label", status: .failed, detail: "builds by hand would go straight to `main`",
                    hint: "open the workspace with `--label manual` or `--label cfep03`; `promote` moves what was reviewed")
            ]
        }
        var checks: [Check] = []
        for target in Set(feedstock.variants.flatMap(\.channelTargets).map(\.label)).sorted(by: { $0.name < $1.name }) where target != label {
            checks += self.target(target, of: feedstock)
        }
        for variant in feedstock.variants { checks += sources(of: variant) }
        return checks.isEmpty ? [Check(name: "label", status: .ok, detail: "uploads go to `\(label)`", hint: nil)] : checks
    }

    private func target(_ target: Label, of feedstock: Feedstock) -> [Check] {
        let place = "look at `channel_targets` in `\(feedstock.settings.recipeFolder)/conda_build_config.yaml`, then rerender"
        func warning(_ detail: String, _ hint: String?) -> [Check] { [Check(name: "label", status: .warning, detail: detail, hint: hint)] }
        let version = feedstock.recipe.version ?? ""
        if target == .main {
            guard Self.isPreRelease(version) else { return [] }
            return warning(
                "\(version) is a pre-release, and the feedstock is for `main`: everybody would get it",
                "give it a label of its own, such as `conda-forge \(feedstock.name)_rc`: \(place)")
        }
        guard let suffix = Self.preRelease.first(where: target.name.hasSuffix) else {
            // conda-forge has had packages go to nobody because the words were the other way round.
            return warning(
                "the feedstock is for the label `\(target)`, which is neither `main` nor a pre-release's (`PACKAGE_dev`, `PACKAGE_rc`)", place)
        }
        let package = target.name.dropLast(suffix.count)
        let names = Set(feedstock.recipe.outputs.map(\.name) + [feedstock.name])
        if !names.contains(String(package)), feedstock.recipe.outputs.allSatisfy(\.isResolved) {
            return warning("the feedstock is for the label `\(target)`, and makes no package `\(package)`", place)
        }
        if !version.isEmpty, !Self.isPreRelease(version) {
            return warning("\(version) is no pre-release, and the feedstock is for `\(target)`: nobody would get it from `main`", place)
        }
        return warning("the feedstock is for the label `\(target)`, a pre-release: that is where it may be promoted to, not `main`", nil)
    }

    /// conda-forge's own upload refuses other channels after the build.
    private func sources(of variant: Variant) -> [Check] {
        let targets = variant.channelTargets.filter { $0.owner == "conda-forge" }
        guard !targets.isEmpty else { return [] }
        let prefix = "conda-forge/label/"
        if let foreign = variant.channelSources.first(where: { $0 != "conda-forge" && !$0.hasPrefix(prefix) && $0 != "defaults" }) {
            return [
                Check(
                    name: "label", status: .failed,
                    detail: "`\(variant.configName)` builds from the channel `\(foreign)`, which conda-forge does not take",
                    hint: "leave `conda-forge` and its labels in `channel_sources`")
            ]
        }
        if let early = variant.channelSources.first(where: { $0.hasPrefix(prefix) && $0 != prefix + "main" }),
            targets.contains(where: { $0.label == .main })
        {
            return [
                Check(
                    name: "label", status: .failed,
                    detail: "`\(variant.configName)` builds from `\(early)` for `main`, where what it then needs cannot be had",
                    hint: "give it a pre-release's label in `channel_targets`, or take the label out of `channel_sources`")
            ]
        }
        return []
    }

    /// PEP 440's and conda's spellings, as in `1.1.0rc1`, `2.0.dev3`, `5.15.0-beta2`; a letter alone, as in OpenSSL's `1.1.1a`, is a release.
    static func isPreRelease(_ version: String) -> Bool {
        version.lowercased().contains(#/\d[._\-]?((a|b|c)\d+|(alpha|beta|rc|pre|preview|dev)[._\-]?\d*)($|[._+\-])/#)
    }
}
