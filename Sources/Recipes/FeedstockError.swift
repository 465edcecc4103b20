public import Basics
public import Files
public import Processes
public import SystemPackage
public import YAMLReading

/// What kept us from reading a feedstock.
public enum FeedstockError: Explained, Hashable {
    case notThere(FilePath)
    /// `missing` names what a feedstock has and this folder has not.
    case notAFeedstock(FilePath, missing: [String])
    case notARepository(FilePath)
    case insideOf(FilePath, repository: FilePath)
    case noCommit(FilePath)
    case unknownCommit(String)
    case git(ProcessError)
    case unexpectedGitOutput(String)
    case file(FileError)
    case yaml(file: String, YAMLError)
    case setting(file: String, key: String, problem: String)
    case unsafePath(String)
    case linkLeavesRecipe(String)
    case submodule(String)
    case unknownVariant(String, known: [String], nearest: String?)
    case notAnOutput(String)
    case unknownAddress(String)
    case addressHoldsSecret
    case noRemoteToAsk(FilePath)

    public var message: String {
        switch self {
        case .notThere(let path): "there is no folder `\(path)`"
        case .notAFeedstock(let path, let missing):
            "`\(path)` is not a feedstock: it has no " + missing.map { "`\($0)`" }.joined(separator: " and no ")
        case .notARepository(let path): "`\(path)` is not a git repository, so nobody could say which commit was built"
        case .insideOf(let path, let repository): "`\(path)` is a folder inside of the git repository `\(repository)`, not a feedstock's checkout"
        case .noCommit(let path): "the git repository `\(path)` has no commit yet"
        case .unknownCommit(let commit): "the checkout has no commit `\(commit)`"
        case .git(let error): error.message
        case .unexpectedGitOutput(let what): "git answered something unexpected: \(what)"
        case .file(let error): error.message
        case .yaml(let file, let error): "`\(file)`: \(error.message)"
        case .setting(let file, let key, let problem): "`\(file)`: `\(key)` \(problem)"
        case .unsafePath(let path): "the commit holds the path `\(path)`, which is not taken: it could leave its folder or be read in two ways"
        case .linkLeavesRecipe(let path): "the link `\(path)` leads out of the recipe folder or to nothing"
        case .submodule(let path): "`\(path)` is a submodule, whose files are not part of the commit"
        case .unknownVariant(let name, _, let nearest):
            "the feedstock has no variant `\(name)`" + (nearest.map { "; did you mean `\($0)`?" } ?? "")
        case .notAnOutput(let name): "`\(name)` cannot be the name of a package"
        case .unknownAddress(let text): "`\(text)` is not the address of a repository"
        case .addressHoldsSecret: "the repository's address holds a name, password or token"
        case .noRemoteToAsk(let path): "`\(path)` has no remote, so nobody can say what the pull request's head is"
        }
    }

    public var hint: String? {
        switch self {
        case .notAFeedstock: "give the root of a checkout of `NAME-feedstock`"
        case .notARepository: "clone the feedstock with git, or `git init` and commit what you have"
        case .insideOf(_, let repository): "give `\(repository)`, or make the folder a repository of its own"
        case .unknownCommit: "fetch the pull request's branch and check it out"
        case .addressHoldsSecret: "give the address without it; git asks its credential helper"
        case .noRemoteToAsk: "`git remote add upstream` with the feedstock's address, or name the commit with `--commit`"
        case .git(let error): error.hint
        case .file(let error): error.hint
        case .yaml(_, let error): error.hint
        case .unknownVariant(_, let known, _):
            known.isEmpty
                ? "rerender the feedstock: it has no `.ci_support/*.yaml`" : "the variants are " + known.map { "`\($0)`" }.joined(separator: ", ")
        default: nil
        }
    }
}
