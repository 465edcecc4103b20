import Conda
public import Cryptography
import Files
public import JSONReading
public import SystemPackage

/// An artifact on its way to a channel: its bytes, what they hash to, and what it says of itself.
public struct OutgoingArtifact: Sendable {
    public let file: FilePath
    public let path: ArtifactPath
    public let digests: FileDigests
    /// `info/index.json` as it is in the artifact.
    public let index: JSONValue
    /// `info/about.json`, from which servers show summary, license and addresses.
    public let about: JSONValue

    /// Throws `PublishingError.unfit` when the index tells of another artifact than the file's name or subdir, and when
    /// the file is not as long as it was when it was hashed.
    public init(file: FilePath, digests: FileDigests, index: JSONValue, about: JSONValue = [:]) throws(PublishingError) {
        let fileName = file.lastComponent?.string ?? ""
        let name: ArtifactName
        do { name = try ArtifactName(parsing: fileName) } catch { throw .unfit(fileName, reason: error.message) }
        for (key, value) in [("name", name.package), ("version", name.version), ("build", name.build)] where index[key]?.string != value {
            throw .unfit(fileName, reason: "its index has another `\(key)` than its file name")
        }
        do {
            guard let text = index["subdir"]?.string else { throw PublishingError.unfit(fileName, reason: "its index names no `subdir`") }
            path = ArtifactPath(name, in: try Subdir(parsing: text))
        } catch let error as PublishingError { throw error } catch { throw .unfit(fileName, reason: "its index names a `subdir` that is none") }
        do {
            guard Int64(try file.byteCount()) == digests.byteCount else {
                throw PublishingError.unfit(fileName, reason: "it has changed since it was hashed")
            }
        } catch let error as PublishingError { throw error } catch let error as FileError { throw .file(error) } catch {
            throw .unfit(fileName, reason: "it cannot be measured")
        }
        self.file = file
        self.digests = digests
        self.index = index
        self.about = about
    }
}
