public import SystemPackage

/// The checkout that the tests were built from.
public enum Repository {
    /// The folder that holds `Package.swift`.
    public static let root: FilePath = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
}
