import Files
import Foundation
public import SystemPackage

extension Command.Executable {
    /// The file that is run: a name is looked up in the absolute folders of `environment`'s `PATH`. Nil if there is none.
    public func resolved(in environment: ChildEnvironment = .inherited()) -> FilePath? {
        switch self {
        case .path(let path): return path.exists ? path.absolute : nil
        case .name(let name):
            for folder in (environment.resolved()["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
                let path = FilePath(String(folder)).appending(name)
                if path.isRegularFile, access(path.string, X_OK) == 0 { return path }
            }
            return nil
        }
    }
}
