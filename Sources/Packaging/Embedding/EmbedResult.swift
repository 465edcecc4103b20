public import Basics
public import Cryptography

/// What embedding a recipe did, and the proof that it did nothing else.
public struct EmbedResult: Hashable, Sendable, Codable {
    public enum Recipe: String, Sendable, Codable {
        /// The artifact carried the recipe already, byte for byte.
        case proved
        /// The artifact carried none, and now does.
        case added
    }

    public let recipe: Recipe
    /// `RecipeTree.digest` of the folder that was given.
    public let recipeDigest: SHA256Digest
    /// One line a change, for people.
    public let changes: [String]
    public let before: FileDigests
    public let after: FileDigests
    /// The digest of the payload's own archive in the old file and in the new one, which are equal; of a `.tar.bz2`,
    /// which has no such archive, the digest of the payload's bits: those moved as they were, and those in blocks made again.
    public let payloadBefore: SHA256Digest
    public let payloadAfter: SHA256Digest
    /// Whether the payload's compressed bytes had to be made again.
    public let isRecompressed: Bool
    public let output: String
}
