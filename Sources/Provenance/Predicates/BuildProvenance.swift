public import Basics
public import Conda
public import JSONReading

/// How an artifact came to be, or how its recipe came into it: SLSA provenance v1 with hallmark's two build types.
///
/// A person who signs for a machine of his own reaches SLSA build level 1 and no more: provenance that its builder could have made up.
public struct BuildProvenance: Hashable, Sendable {
    public static let type = "https://slsa.dev/provenance/v1"

    public enum Step: Hashable, Sendable {
        case build, embed
        public var uri: String { self == .build ? HallmarkURI.buildType : HallmarkURI.embedType }
    }

    /// What the builder was asked to do: the parameters that a verifier must understand, all of them.
    public struct Parameters: Hashable, Sendable {
        public var feedstock: String
        public var subdir: Subdir
        public var variant: String
        /// The commit of the feedstock; nil when the folder is no repository.
        public var commit: String?
        public var label: Label?
        /// CFEP-3's reason: time, memory, disk, hardware.
        public var reason: String?
        /// The pull request that enabled this build.
        public var request: String?

        public init(
            feedstock: String, subdir: Subdir, variant: String, commit: String? = nil, label: Label? = nil, reason: String? = nil,
            request: String? = nil
        ) {
            self.feedstock = feedstock
            self.subdir = subdir
            self.variant = variant
            self.commit = commit
            self.label = label
            self.reason = reason
            self.request = request
        }
    }

    public var step: Step
    public var parameters: Parameters
    /// Facts about the host and the engine, by name.
    public var internalParameters: [String: String]
    /// Image, recipe, variant, script, feedstock; for the embedding also the artifact before it and its payload.
    public var dependencies: [ResourceDescriptor]
    /// `HallmarkURI.person` of the signer: the platform of a manual build is a person.
    public var builderID: String
    /// Tool to version.
    public var builderVersion: [String: String]
    public var invocationID: String
    public var startedOn: Timestamp
    public var finishedOn: Timestamp
    /// Audit record, build log, rendered recipe.
    public var byproducts: [ResourceDescriptor]

    public init(
        step: Step, parameters: Parameters, internalParameters: [String: String] = [:], dependencies: [ResourceDescriptor], builderID: String,
        builderVersion: [String: String] = [:], invocationID: String, startedOn: Timestamp, finishedOn: Timestamp,
        byproducts: [ResourceDescriptor] = []
    ) {
        self.step = step
        self.parameters = parameters
        self.internalParameters = internalParameters
        self.dependencies = dependencies
        self.builderID = builderID
        self.builderVersion = builderVersion
        self.invocationID = invocationID
        self.startedOn = startedOn
        self.finishedOn = finishedOn
        self.byproducts = byproducts
    }

    public init(_ value: JSONValue) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: "predicate")
        var definition = try reader.object("buildDefinition")
        switch try definition.string("buildType") {
        case HallmarkURI.buildType: step = .build
        case HallmarkURI.embedType: step = .embed
        case let other: throw .init("the build type `\(other)` is not known here")
        }
        parameters = try Parameters(try definition.object("externalParameters"))
        internalParameters = try definition.optionalTexts("internalParameters")
        dependencies = try .init(try definition.optionalArray("resolvedDependencies"), path: definition.place("resolvedDependencies"))
        try definition.finish()
        var details = try reader.object("runDetails")
        var builder = try details.object("builder")
        builderID = try builder.string("id")
        builderVersion = try builder.optionalTexts("version")
        try builder.finish()
        var metadata = try details.object("metadata")
        invocationID = try metadata.string("invocationId")
        startedOn = try metadata.time("startedOn")
        finishedOn = try metadata.time("finishedOn")
        try metadata.finish()
        byproducts = try .init(try details.optionalArray("byproducts"), path: details.place("byproducts"))
        try details.finish()
        try reader.finish()
        guard startedOn <= finishedOn else { throw .init("the build finished before it started") }
    }

    public var json: JSONValue {
        [
            "buildDefinition": [
                "buildType": .string(step.uri),
                "externalParameters": parameters.json,
                "internalParameters": .texts(internalParameters),
                "resolvedDependencies": .array(dependencies.map(\.json)),
            ],
            "runDetails": [
                "builder": ["id": .string(builderID), "version": .texts(builderVersion)],
                "metadata": [
                    "invocationId": .string(invocationID), "startedOn": .string(startedOn.description), "finishedOn": .string(finishedOn.description),
                ],
                "byproducts": .array(byproducts.map(\.json)),
            ],
        ]
    }
}

extension BuildProvenance.Parameters {
    fileprivate init(_ object: JSONObjectReader) throws(JSONObjectReader.Complaint) {
        var reader = object
        feedstock = try reader.string("feedstock")
        do { subdir = try Subdir(parsing: try reader.string("subdir")) } catch { throw .init("`\(reader.place("subdir"))` is not a subdir") }
        variant = try reader.string("variant")
        commit = try reader.optionalString("commit")
        if let text = try reader.optionalString("label") {
            do { label = try Label(parsing: text) } catch { throw .init("`\(reader.place("label"))` is not a label") }
        } else {
            label = nil
        }
        reason = try reader.optionalString("reason")
        request = try reader.optionalString("request")
        try reader.finish()
    }

    fileprivate var json: JSONValue {
        let optional: [(String, String?)] = [("commit", commit), ("label", label?.name), ("reason", reason), ("request", request)]
        let required: [(String, String)] = [("feedstock", feedstock), ("subdir", subdir.name), ("variant", variant)]
        return .object((required + optional.compactMap { key, value in value.map { (key, $0) } }).map { .init($0.0, .string($0.1)) })
    }
}
