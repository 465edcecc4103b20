public import Conda
import Foundation

/// What a workspace was opened with: `workspace.json`, which a person may edit between two commands.
///
/// Paths are absolute. It holds no secret: a token or passphrase is named by the file it is in, or not at all.
public struct WorkspaceSettings: Hashable, Sendable, Codable {
    /// The version of this file's layout.
    public var format = 1
    /// Made once; labels the workspace's containers.
    public var id: String
    public var feedstock: String
    /// The folder with the signed rosters, and the digest of the first one, which is where trust begins.
    public var roster: String?
    public var rosterPin: String?
    /// The folder of the ledger that signatures are put into.
    public var ledger: String?
    public var ledgerKey: String?
    /// The base of the server's API and of its channels, such as `https://api.anaconda.org` and `https://conda.anaconda.org`.
    public var server: String?
    public var channelServer: String?
    public var owner: String?
    /// The owner that uploads go to first; nil for servers without staging.
    public var stagingOwner: String?
    public var label: Label
    /// `podman` or `docker`, by name or path; nil takes the first that works.
    public var engine: String?
    /// An image that replaces the one named by the variant.
    public var image: String?

    public init(
        id: String, feedstock: String, roster: String? = nil, rosterPin: String? = nil, ledger: String? = nil, ledgerKey: String? = nil,
        server: String? = nil, channelServer: String? = nil, owner: String? = nil, stagingOwner: String? = nil, label: Label = .manual,
        engine: String? = nil, image: String? = nil
    ) {
        self.id = id
        self.feedstock = feedstock
        self.roster = roster
        self.rosterPin = rosterPin
        self.ledger = ledger
        self.ledgerKey = ledgerKey
        self.server = server
        self.channelServer = channelServer
        self.owner = owner
        self.stagingOwner = stagingOwner
        self.label = label
        self.engine = engine
        self.image = image
    }
}
