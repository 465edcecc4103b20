public import SystemPackage

/// A token that was just made: its text is in a file of mode 0600 and nowhere else.
public struct IssuedToken: Hashable, Sendable {
    public let owner: Owner
    public let scopes: [TokenScope]
    /// The file that holds the token's text and a newline.
    public let path: FilePath
}
