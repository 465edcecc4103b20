import Files
import Foundation
import SystemPackage

extension FilePath {
    /// Gives the file a second name on the same disk, without copying it.
    func link(to target: FilePath) throws(FileError) {
        guard Foundation.link(string, target.string) == 0 else {
            throw .system(action: "link `\(self)` to", path: target, errno: Errno(rawValue: errno))
        }
    }
}
