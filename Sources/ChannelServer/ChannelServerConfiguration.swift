public import Conda
public import SystemPackage

/// How a server is run: where its files are, where it listens, and what guards its labels.
public struct ChannelServerConfiguration: Sendable {
    /// The folder that `ChannelFolder.create` made.
    public var folder: FilePath
    /// Loopback unless someone decides otherwise: the server speaks plain HTTP.
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 0
    /// The address that clients see when it is not the one listened on, such as a proxy's; without a trailing slash. Rosters
    /// and statements name channels by it.
    public var publicURL: String?
    /// Written, as a whole, with the address listened on, and removed when it stops.
    public var readyFile: FilePath?
    /// The labels that ask `gate`. Staging owners are exempt: there a label is only a wish.
    public var protectedLabels: Set<Label> = [.main]
    public var gate: any PromotionGate = ClosedGate()
    /// The largest artifact that is taken, in bytes.
    public var artifactByteLimit = 64 << 30
    /// How long a staged upload may take.
    public var uploadSeconds: Int64 = 10 * 3600
    /// Takes one line a request; it never holds a token.
    public var accessLog: @Sendable (String) -> Void = { _ in }
    /// Faults to play, for tests of clients. Nothing in the executable sets it.
    public var faults: FaultPlan?

    public init(folder: FilePath) { self.folder = folder }
}
