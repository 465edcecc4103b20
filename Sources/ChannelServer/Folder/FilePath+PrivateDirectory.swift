import Files
import Foundation
import SystemPackage

extension FilePath {
    /// Makes the folder, and those above it, for nobody else to look into; content when it is there already.
    func createPrivateDirectory() throws(FileError) {
        guard !isDirectory else { return }
        try removingLastComponent().createDirectory()
        guard mkdir(string, 0o700) == 0 || errno == EEXIST else {
            throw .system(action: "create the folder", path: self, errno: Errno(rawValue: errno))
        }
    }
}
