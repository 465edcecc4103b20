public import Basics
public import Conda
public import Containers

/// What became of a build: everything that its record needs.
public struct BuildOutcome: Hashable, Sendable, Codable {
    /// A package that the build made.
    public struct Product: Hashable, Sendable, Codable {
        /// Absolute, below `build_artifacts`.
        public var path: String
        /// Nil in `broken/`, which has no subdirs.
        public var subdir: Subdir?
        public var name: ArtifactName
        public var sha256: SHA256Digest
        public var byteCount: Int64
    }

    public struct Phase: Hashable, Sendable, Codable {
        public var name: String
        public var seconds: Double
    }

    public struct Log: Hashable, Sendable, Codable {
        public var path: String
        public var sha256: SHA256Digest
        public var byteCount: Int64
        public var lineCount: Int
    }

    public var variant: String
    /// The script's exit code; nil where its process was gone and the container alone was left.
    public var scriptExit: Int32?
    public var container: ContainerExit?
    /// The script's own answer: `build_artifacts/conda-forge-build-done-VARIANT` was there.
    public var hasMarker: Bool
    public var artifacts: [Product]
    /// Packages that were built and whose tests failed.
    public var broken: [Product]
    public var log: Log
    public var phases: [Phase]
    public var started: Timestamp
    public var finished: Timestamp
    /// Seconds, without those between a failure and the container's next start.
    public var duration: Double
    /// True if the build went on while no process of ours watched it.
    public var isResumed: Bool
    /// `CPU_COUNT` in the container; nil where the script's own word counted.
    public var jobs: Int?
    public var record: ShimRecord?
    /// Nil where the build was over before it could be looked at.
    public var resources: ResourceSummary?
    /// What ccache found; nil without one.
    public var compilerCache: CompilerCacheUse?
    /// What sccache had; nil without one.
    public var sccache: SccacheUse?
    /// Files of the feedstock that the build had changed and that were put back.
    public var restored: [String]
    /// Nil for a build that succeeded.
    public var failure: BuildFailure?

    public var isSuccess: Bool { failure == nil }
}
