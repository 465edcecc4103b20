import Files
public import SystemPackage

/// The checkout that the tests were built from.
public enum Repository {
    /// The folder that holds `Package.swift`.
    public static let root: FilePath = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
}

extension Repository {
    /// A git-ignored folder for what tests make; on the same disk as the checkout, because engines mount from there.
    public static func scratch() throws -> FilePath {
        let path = root.appending(".test-tmp")
        try path.createDirectory()
        return path
    }
}
