/// How publishing ended.
public struct UploadOutcome: Hashable, Sendable {
    /// The file as the server shows it afterwards.
    public let file: PublishedFile
    /// True when no byte had to be sent.
    public let wasThere: Bool

    public init(file: PublishedFile, wasThere: Bool) {
        self.file = file
        self.wasThere = wasThere
    }
}
