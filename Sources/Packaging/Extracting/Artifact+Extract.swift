import Files
public import SystemPackage

extension Artifact {
    /// Unpacks the whole artifact into `folder`, which must not be there yet or be empty.
    ///
    /// It is unpacked beside `folder` and renamed when every member has passed the gate, so what is there is all of it.
    /// Setuid, setgid and sticky bits are dropped; files belong to whoever calls.
    public func extract(to folder: FilePath) throws(PackagingError) {
        let parent = folder.removingLastComponent()
        let name = folder.lastComponent?.string ?? "artifact"
        let temporary = parent.appending(".\(name).\(UInt64.random(in: 0...UInt64.max)).part")
        let isFree: Bool
        do throws(FileError) {
            if folder.exists {
                let isFolder = folder.isDirectory
                isFree = isFolder ? try folder.children().isEmpty : false
            } else {
                isFree = !folder.isSymbolicLink
            }
            if isFree { try temporary.createDirectory() }
        } catch { throw .file(error) }
        guard isFree else { throw .notEmpty(folder) }
        do throws(PackagingError) {
            var extractor = try Extractor(root: temporary)
            try visit(with: &extractor)
            do throws(FileError) { try temporary.move(to: folder) } catch { throw .file(error) }
        } catch {
            // What was wrong with the artifact is worth more than what is wrong with removing its remains.
            try? temporary.removeAll()
            throw error
        }
    }
}
