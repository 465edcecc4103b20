import Archiving
import Basics
import Cryptography
import Files
import SystemPackage

extension Workspace {
    /// Puts the compressed file beside a build's log and names it; the text stays until the journal names both.
    func compressLog(_ log: FilePath) throws -> JournalEvent.FileReference {
        let target = FilePath(log.string + CompressedFile.fileExtension)
        try CompressedFile.compress(log, to: target)
        return try reference(target)
    }

    /// Takes the text away once the journal names the compressed file, and that is what the journal says.
    func dropPlainLog(of built: JournalEvent.Built) throws {
        guard let compressed = built.compressedLog, absolute(built.log.path).exists else { return }
        guard try reference(absolute(compressed.path)) == compressed else { return }
        try absolute(built.log.path).removeAll()
    }

    /// Writes the log's text to `target`, whichever way it is kept; throws unless it has the digest that the journal says.
    func writeLog(of built: JournalEvent.Built, to target: FilePath) throws {
        let plain = absolute(built.log.path)
        try target.removeAll()
        if plain.exists {
            try plain.copyTree(to: target)
        } else if let compressed = built.compressedLog {
            try CompressedFile.decompress(absolute(compressed.path), to: target)
        }
        guard target.exists else { throw WorkspaceError.notFound("the build's log", plain) }
        guard try SHA256Digest(ofFile: target) == built.log.sha256 else {
            try target.removeAll()
            throw WorkspaceError.artifactChanged(plain.string)
        }
    }
}
