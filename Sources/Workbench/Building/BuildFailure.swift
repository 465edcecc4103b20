public import Basics
import Foundation

/// Why a build most likely failed.
public enum BuildFailure: Explained, Hashable, Codable {
    case diskFull(line: String?)
    /// `jobs` ran at once, if that is known.
    case outOfMemory(isCertain: Bool, line: String?, jobs: Int?)
    case testsFailed(packages: [String])
    case noNetwork(line: String)
    case imageMissing(String)
    case notStarted(String)
    case stopped
    case killed
    case noMarker
    case noArtifacts
    case other(code: Int32, line: String?)

    public var message: String {
        switch self {
        case .diskFull: "the disk was full"
        case .outOfMemory(true, _, _): "the build was killed because its memory was used up"
        case .outOfMemory(false, _, _): "the build was probably killed because the memory was used up"
        case .testsFailed(let packages):
            packages.isEmpty
                ? "the package's tests failed" : "the tests of \(packages.map { "`\($0)`" }.joined(separator: ", ")) failed; what was built is kept"
        case .noNetwork(let line): "something could not be reached over the network: \(line)"
        case .imageMissing(let image): "the image `\(image)` is not here"
        case .notStarted(let reason): "the container could not be started: \(reason)"
        case .stopped: "the build was stopped"
        case .killed: "the build was killed from outside"
        case .noMarker: "the script ended well but left no marker that everything was done"
        case .noArtifacts: "the script ended well and left its marker, but no package"
        case .other(let code, let line): "the build ended with exit code \(code)" + (line.map { ": \($0)" } ?? "")
        }
    }

    public var hint: String? {
        switch self {
        case .diskFull: "free some space and build again; what ccache kept is not lost"
        case .outOfMemory(_, _, let jobs?) where jobs > 1: "try fewer jobs at once: `--jobs \(max(1, jobs / 2))`"
        case .outOfMemory: "give it more memory, or fewer jobs at once"
        case .testsFailed: "look into the log from the first failed test on; the package lies in `build_artifacts/broken`"
        case .noNetwork: "a build that has its sources in `build_artifacts/src_cache` needs no network"
        case .imageMissing: "make it with `docker/make-images.sh`, or pull it"
        case .noMarker: "the feedstock's script is not one that this build understands, or it was changed"
        default: nil
        }
    }
}
