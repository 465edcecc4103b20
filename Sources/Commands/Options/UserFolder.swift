import Foundation
import SystemPackage

/// Where a user's files of a kind lie: HALLMARK_X, else hallmark's folder in the one that XDG's base directories name.
enum UserFolder {
    case cache, state

    /// Never one that others may write to, such as /tmp: what lies there is taken as it is.
    var path: FilePath {
        let (own, base, home) =
            switch self {
            case .cache: ("CACHE", "XDG_CACHE_HOME", ".cache")
            case .state: ("STATE", "XDG_STATE_HOME", ".local/state")
            }
        if let named = CommandContext.current[own] { return FilePath(named) }
        let environment = CommandContext.current.environment
        if let folder = environment[base], folder.hasPrefix("/") { return FilePath(folder).appending("hallmark") }
        let folder = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
        return FilePath(folder).pushing(FilePath(home)).appending("hallmark")
    }
}
