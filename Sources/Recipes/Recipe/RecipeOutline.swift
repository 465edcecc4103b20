/// What a recipe says of its packages, as far as it can be read without running it.
public struct RecipeOutline: Hashable, Sendable {
    public enum Format: String, Hashable, Sendable, Codable {
        /// `recipe.yaml` (CEP 13 and 14), built by rattler-build.
        case v1
        /// `meta.yaml` with Jinja inside, built by conda-build.
        case v0

        public var fileName: String {
            switch self {
            case .v1: "recipe.yaml"
            case .v0: "meta.yaml"
            }
        }
    }

    /// The name of a package that the recipe may make.
    public struct Output: Hashable, Sendable, Codable {
        /// As far as it was read: an expression that only the build tool can evaluate stands here as it was written.
        public let name: String
        /// The name holds no expression any more.
        public let isResolved: Bool
        /// The output stands under an `if`, so that not every variant makes it.
        public let isConditional: Bool

        init(name: String, isConditional: Bool = false) {
            self.name = name
            isResolved = !name.contains("{") && !name.isEmpty
            self.isConditional = isConditional
        }
    }

    public let format: Format
    /// Nil where only the build tool can evaluate it.
    public let version: String?
    public let buildNumber: String?
    /// In the recipe's order, each name once.
    public let outputs: [Output]
    /// `extra.feedstock-name`, where the recipe says so.
    public let feedstockName: String?

    /// Names that a person must look at, because we could not.
    public var unresolvedNames: [String] { outputs.filter { !$0.isResolved }.map(\.name) }

    init(format: Format, version: String?, buildNumber: String?, outputs: [Output], feedstockName: String?) {
        self.format = format
        func literal(_ text: String?) -> String? { text.flatMap { $0.contains("{{") ? nil : $0 } }
        self.version = literal(version)
        self.buildNumber = literal(buildNumber)
        var seen: Set<String> = []
        self.outputs = outputs.filter { seen.insert($0.name).inserted }
        self.feedstockName = feedstockName
    }
}
