import Basics
import Conda
import Cryptography
import Files
import Foundation
import SystemPackage

/// A channel in a folder that holds the artifacts under test and their siblings, and nothing else.
struct LocalChannel: Sendable {
    let folder: FilePath
    var url: String { "file://" + folder.string.split(separator: "/", omittingEmptySubsequences: false).map(Self.escaped).joined(separator: "/") }

    private static func escaped(_ part: Substring) -> String {
        part.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? String(part)
    }

    /// Lays the channel out below `root`, under a name that its contents decide: the same artifacts are laid out once.
    static func make(_ subjects: [Subject], in root: FilePath, with maker: EnvironmentMaker) async throws(MatrixError) -> LocalChannel {
        var byName: [String: Subject] = [:]
        for subject in subjects {
            let name = "\(subject.subdir)/\(subject.name)"
            if let other = byName[name], other.sha256 != subject.sha256 { throw .sameArtifact(name) }
            byName[name] = subject
        }
        let contents = byName.map { "\($0.key) \($0.value.sha256)\n" }.sorted().joined()
        let folder = root.appending(String(SHA256Digest(of: contents).hexadecimal.prefix(32)))
        if folder.exists { return LocalChannel(folder: folder) }
        let draft = root.appending(".draft-\(UInt64.random(in: 0...UInt64.max))")
        do throws(FileError) {
            for subdir in Set(byName.values.map(\.subdir)).union([.noarch]) { try draft.appending(subdir.name).createDirectory() }
            for subject in byName.values {
                let target = draft.appending(subject.subdir.name).appending(subject.name.fileName)
                // A link costs nothing; where there can be none, as on another disk, it is a copy.
                if link(subject.path.string, target.string) != 0 { try subject.path.copyAll(to: target) }
            }
        } catch { throw .file(error) }
        do throws(MatrixError) { try await maker.index(draft) } catch {
            try? draft.removeAll()
            throw error
        }
        // Another run may have been faster; its folder holds the same.
        do throws(FileError) { if folder.exists { try draft.removeAll() } else { try draft.move(to: folder) } } catch { throw .file(error) }
        return LocalChannel(folder: folder)
    }
}
