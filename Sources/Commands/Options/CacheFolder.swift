import Foundation
import SystemPackage

/// Where what can be made again is kept between runs: HALLMARK_CACHE, or the user's cache.
enum CacheFolder {
    static var path: FilePath {
        if let named = CommandContext.current["CACHE"] { return FilePath(named) }
        let environment = CommandContext.current.environment
        if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") { return FilePath(base).appending("hallmark") }
        // Never a folder that others may write to, such as /tmp: environments are taken from here as they are.
        return FilePath(environment["HOME"] ?? NSHomeDirectory()).appending(".cache").appending("hallmark")
    }
}
