public import Basics

extension BuildReport {
    /// One variant's build: the attempt that counts, or the last one that failed.
    public struct Build: Hashable, Sendable, Codable {
        public struct Phase: Hashable, Sendable, Codable {
            public var name: String
            public var seconds: Double

            public init(_ name: String, seconds: Double) {
                self.name = name
                self.seconds = seconds
            }
        }

        /// What the build used at one moment.
        public struct Sample: Hashable, Sendable, Codable {
            /// Since the start.
            public var seconds: Double
            public var memoryBytes: Int64
            public var diskBytes: Int64
            /// Processors in use since the sample before; nil where nobody could measure it.
            public var cores: Double?
            /// The machine's load over one minute.
            public var load: Double?

            public init(seconds: Double, memoryBytes: Int64, diskBytes: Int64, cores: Double? = nil, load: Double? = nil) {
                self.seconds = seconds
                self.memoryBytes = memoryBytes
                self.diskBytes = diskBytes
                self.cores = cores
                self.load = load
            }
        }

        /// What the build used in all; nil is not known.
        public struct Use: Hashable, Sendable, Codable {
            public var cpuSeconds: Double?
            /// The kernel's own high-water mark.
            public var memoryPeakBytes: Int64?
            public var diskBytes: Int64?
            public var loadPeak: Double?
            /// The part of all compilations that ccache had, from 0 to 1.
            public var cacheHitRate: Double?
            /// What sccache's servers said, in words; nil without one.
            public var sccache: String?
            /// Spent waiting for room on the disk.
            public var pausedSeconds: Double?

            public init(
                cpuSeconds: Double? = nil, memoryPeakBytes: Int64? = nil, diskBytes: Int64? = nil, loadPeak: Double? = nil,
                cacheHitRate: Double? = nil, sccache: String? = nil, pausedSeconds: Double? = nil
            ) {
                self.cpuSeconds = cpuSeconds
                self.memoryPeakBytes = memoryPeakBytes
                self.diskBytes = diskBytes
                self.loadPeak = loadPeak
                self.cacheHitRate = cacheHitRate
                self.sccache = sccache
                self.pausedSeconds = pausedSeconds
            }
        }

        public var variant: String
        public var succeeded: Bool
        /// Why it failed.
        public var reason: String?
        public var attempt: Int
        public var started: Timestamp
        public var finished: Timestamp
        public var image: String
        public var imageDigest: String?
        public var engine: String
        public var phases: [Phase]
        public var log: File?
        public var samples: [Sample]
        public var use: Use?

        public init(
            variant: String, succeeded: Bool, reason: String? = nil, attempt: Int = 1, started: Timestamp, finished: Timestamp, image: String,
            imageDigest: String? = nil, engine: String, phases: [Phase] = [], log: File? = nil, samples: [Sample] = [],
            use: Use? = nil
        ) {
            self.variant = variant
            self.succeeded = succeeded
            self.reason = reason
            self.attempt = attempt
            self.started = started
            self.finished = finished
            self.image = image
            self.imageDigest = imageDigest
            self.engine = engine
            self.phases = phases
            self.log = log
            self.samples = samples
            self.use = use
        }
    }

    /// One arrow of the build's life.
    public struct Event: Hashable, Sendable, Codable {
        public var time: Timestamp
        /// The step's word: `plan`, `build`, `sign` …
        public var step: String
        /// One sentence.
        public var text: String
        /// It did not go as it should.
        public var isTrouble: Bool

        public init(_ time: Timestamp, _ step: String, _ text: String, isTrouble: Bool = false) {
            self.time = time
            self.step = step
            self.text = text
            self.isTrouble = isTrouble
        }
    }
}
