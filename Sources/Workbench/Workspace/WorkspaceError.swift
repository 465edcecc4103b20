public import Basics
public import Conda
public import SystemPackage

/// What kept a use case from an answer.
public enum WorkspaceError: Explained, Hashable {
    case exists(FilePath)
    case notAWorkspace(FilePath)
    case unknownFormat(FilePath, Int)
    case busy(FilePath, holder: String)
    case otherFeedstock(FilePath, opened: String, given: String)
    case commitMoved(opened: String, now: String)
    case recipeChanged
    case noFeedstockOpened
    case unknownReason(String)
    case nothingBuilt
    case nothingTo(String, needs: String)
    case unknownArtifact(String, known: [String])
    case artifactChanged(String)
    case missingSetting(String, flag: String)
    case notGreen(ArtifactName, summary: String)
    case notFound(String, FilePath)
    case refused(String, reasons: [String])
    case unavailable(String, hint: String)

    public var message: String {
        switch self {
        case .exists(let path): "`\(path)` is a workspace already"
        case .notAWorkspace(let path): "no workspace at or above `\(path)`"
        case .unknownFormat(let path, let format): "the workspace `\(path)` has layout \(format), which this version does not know"
        case .busy(let path, let holder): "the workspace `\(path)` is in use by \(holder)"
        case .otherFeedstock(let path, let opened, let given): "the workspace `\(path)` belongs to `\(opened)`, not to `\(given)`"
        case .commitMoved(let opened, let now): "the feedstock was opened at commit \(opened.prefix(12)) and is now at \(now.prefix(12))"
        case .recipeChanged: "the recipe is no longer the one that was opened"
        case .noFeedstockOpened: "the journal holds no opened feedstock"
        case .unknownReason(let text): "`\(text)` is not a reason for a manual build"
        case .nothingBuilt: "nothing has been built in this workspace"
        case .nothingTo(let verb, let needs): "there is nothing to \(verb): \(needs)"
        case .unknownArtifact(let name, let known):
            "no artifact `\(name)` in this workspace" + (known.isEmpty ? "" : "; there are \(known.map { "`\($0)`" }.joined(separator: ", "))")
        case .artifactChanged(let path): "`\(path)` is not what the journal says: its bytes have changed"
        case .missingSetting(let what, _): "\(what) is not known"
        case .notGreen(let name, let summary): "`\(name)` has not passed its matrix: \(summary)"
        case .notFound(let what, let path): "\(what) is not at `\(path)`"
        case .refused(let what, let reasons): "\(what) was refused: \(reasons.joined(separator: "; "))"
        case .unavailable(let what, _): what
        }
    }

    public var hint: String? {
        switch self {
        case .exists: "use it with `--workspace`, or open the feedstock into another folder"
        case .notAWorkspace: "make one with `hallmark open FEEDSTOCK --workspace DIR`, or name one with `--workspace DIR`"
        case .unknownFormat: "use the version of hallmark that made it"
        case .busy: "wait for it, or end that process; `hallmark status` can be used meanwhile"
        case .otherFeedstock: "open the feedstock into a workspace of its own"
        case .commitMoved: "check out the commit that was opened, or open the new one into a new workspace"
        case .recipeChanged: "bring back the commit's files with `git restore`, or open a new workspace"
        case .noFeedstockOpened: "run `hallmark open FEEDSTOCK --workspace DIR`"
        case .unknownReason: "the accepted reasons are `time`, `memory`, `disk` and `hardware`"
        case .nothingBuilt: "run `hallmark build`"
        case .artifactChanged: "bring back the file, or build again in a new workspace; what changed is never signed"
        case .missingSetting(_, let flag): "give it with `\(flag)`"
        case .notGreen: "see `hallmark matrix show`; mend what failed, or run `hallmark matrix retry`"
        case .unavailable(_, let hint): hint
        case .nothingTo, .unknownArtifact, .notFound, .refused: nil
        }
    }
}
