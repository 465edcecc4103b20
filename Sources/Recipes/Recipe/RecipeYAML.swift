import Foundation
import YAMLReading

/// Reads the outline of a `recipe.yaml`, which is plain YAML with `${{ … }}` inside of its scalars.
struct RecipeYAML {
    private let root: YAMLValue
    private var context: [String: String] = [:]

    init(_ data: Data) throws(YAMLError) {
        root = try YAMLValue(parsing: data)
        for member in root["context"]?.mapping ?? [] {
            if let text = member.value.string { context[member.key] = expand(text) }
        }
    }

    var outline: RecipeOutline {
        let package = root["package"] ?? root["recipe"]
        let listed = root["outputs"].map { outputs(in: $0, isConditional: false) }
        return RecipeOutline(
            format: .v1, version: package?["version"]?.string.map(expand), buildNumber: root["build"]?["number"]?.string.map(expand),
            outputs: listed ?? [RecipeOutline.Output(name: expand(package?["name"]?.string ?? ""))],
            feedstockName: root["extra"]?["feedstock-name"]?.string)
    }

    /// Both branches of an `if` count: what one variant leaves out another one makes.
    private func outputs(in value: YAMLValue, isConditional: Bool) -> [RecipeOutline.Output] {
        if let list = value.sequence { return list.flatMap { outputs(in: $0, isConditional: isConditional) } }
        if value["if"] != nil {
            return [value["then"], value["else"]].compactMap { $0 }.flatMap { outputs(in: $0, isConditional: true) }
        }
        // A `staging` output is a cache that other outputs inherit from, not a package.
        guard let name = value["package"]?["name"]?.string else { return [] }
        let skip = value["build"]?["skip"]
        return [RecipeOutline.Output(name: expand(name), isConditional: isConditional || skip != nil)]
    }

    /// Puts context variables in the place of `${{ name }}`; any other expression stays as it is.
    private func expand(_ text: String) -> String {
        JinjaText.expand(text, open: "${{", values: context)
    }
}
