import Archiving
public import Conda
public import Cryptography
import Files
public import SystemPackage

/// A conda artifact on disk, opened for reading and trusted in nothing.
///
/// Opening reads the outside only: the ZIP directory of a `.conda`, the signature of a `.tar.bz2`. Everything that reads members
/// goes through one gate (`MemberGate`), which refuses what nobody should unpack.
public struct Artifact: Sendable {
    public let path: FilePath
    public let format: ArchiveFormat
    public let limits: ReadingLimits
    let file: OpenedFile
    let container: Container
    let stop: StopFlag

    /// How the two parts lie in the file.
    enum Container: Sendable {
        case conda(CondaContainer)
        case tarBz2
    }

    /// - Parameter stop: ends the reading of members early, from another thread.
    public static func open(
        _ path: FilePath, limits: ReadingLimits = ReadingLimits(), stop: StopFlag = StopFlag()
    ) throws(PackagingError) -> Artifact {
        let file: OpenedFile
        do throws(ArchiveError) { file = try OpenedFile(path) } catch { throw .archive(error) }
        let name = path.lastComponent?.string ?? ""
        if name.hasSuffix(ArchiveFormat.conda.fileExtension) {
            return Artifact(
                path: path, format: .conda, limits: limits, file: file, container: .conda(try CondaContainer(reading: file)), stop: stop)
        }
        guard name.hasSuffix(ArchiveFormat.tarBz2.fileExtension) else { throw .name(.unknownExtension(name)) }
        return Artifact(path: path, format: .tarBz2, limits: limits, file: file, container: .tarBz2, stop: stop)
    }

    /// The size of the file in bytes.
    public var byteCount: Int64 { file.size }

    /// What the file's name says; it need not be what the artifact says of itself.
    public func nameOnDisk() throws(PackagingError) -> ArtifactName {
        do throws(ArtifactNameError) { return try ArtifactName(parsing: path.lastComponent?.string ?? "") } catch { throw .name(error) }
    }

    /// Both digests and the size of the file, from one reading.
    public func digests() throws(PackagingError) -> FileDigests {
        do throws(FileError) { return try FileDigests.compute(path) } catch { throw .file(error) }
    }
}
