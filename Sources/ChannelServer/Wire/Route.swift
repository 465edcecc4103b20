import Conda

/// A path of the server, read once.
///
/// The names in it are parsed here, so a handler never sees text that could climb out of a folder.
enum Route: Hashable, Sendable {
    case root
    case user(Owner?)
    case authentication
    case package(Owner, String)
    case release(Owner, String, version: String)
    case dist(FileAddress)
    case stage(FileAddress)
    case commit(FileAddress)
    case download(FileAddress)
    /// Where upload forms are posted.
    case objects
    case labels(Owner)
    case label(Owner, Label)
    case labelCopy(Owner, from: Label, to: Label)
    case labelLock(Owner, Label)
    case copy(Owner, package: String, version: String, Basename?)
    case feedstockCopy
    case feedstockValidation
    /// All versions of all sidecars of a file.
    case evidenceList(Owner, Basename)
    case evidence(Owner, Basename, Sidecar)
    case repodata(Owner, Label, Subdir)
    case file(Owner, Label, Basename)
    case sidecar(Owner, Label, Basename, Sidecar)

    /// A file as the API's paths name it.
    struct FileAddress: Hashable, Sendable {
        let owner: Owner
        let package: String
        let version: String
        let basename: Basename
    }

    /// The call that a fault can be tied to.
    var step: FaultPlan.Step {
        switch self {
        case .root: .root
        case .user, .authentication: .user
        case .package: .package
        case .release: .release
        case .dist: .dist
        case .stage: .stage
        case .commit: .commit
        case .download: .download
        case .objects: .object
        case .labels, .label, .labelCopy, .labelLock: .channels
        case .copy: .copy
        case .feedstockCopy, .feedstockValidation: .feedstockCopy
        case .evidenceList, .evidence, .sidecar: .evidence
        case .repodata: .repodata
        case .file: .file
        }
    }
}
