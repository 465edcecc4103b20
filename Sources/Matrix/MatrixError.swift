public import Basics
public import Containers
public import Files
public import JSONReading
public import Processes
public import SystemPackage
public import YAMLReading

/// What kept us from having a matrix's results. A cell that fails is a result.
public enum MatrixError: Explained, Hashable {
    case definition(YAMLError)
    case version(Int)
    case systemName(String)
    case sameCell(Cell)
    case noCells
    case expectation(String)
    case limits
    /// A cell names a set of packages that the matrix does not hold.
    case noSuchPackages(String)
    case noSuchFamily(String)
    case packageName(String)
    case noSuchRun(String, known: [String])
    /// A client that makes environments in the cells is not what it should be.
    case clientMissing(CellClient.Kind, String)
    case clientWord(String)
    case noSuchCell(String, known: [String])
    /// The artifact cannot be read as one.
    case artifact(FilePath, reason: String)
    case sameArtifact(String)
    /// The program that solves and makes environments did not do so.
    case client(reason: String)
    case running(folder: FilePath, holder: String)
    case file(FileError)
    case json(FilePath, JSONError)
    case process(ProcessError)
    case container(ContainerError)
    case cancelled

    public var message: String {
        switch self {
        case .definition(let error): "the matrix cannot be read: \(error.message)"
        case .version(let version): "the matrix is of version \(version), and only version 1 is known here"
        case .systemName(let name): "`\(name)` cannot be the name of a system"
        case .sameCell(let cell): "the matrix holds the cell `\(cell)` twice"
        case .noCells: "the matrix holds no cell"
        case .expectation(let word): "`\(word)` cannot be expected of a cell"
        case .noSuchPackages(let name): "the matrix holds no packages called `\(name)`"
        case .noSuchFamily(let word): "`\(word)` is no family of distributions"
        case .packageName(let name): "`\(name)` cannot be the name of a system's package"
        case .noSuchRun(let word, _): "no run of the matrix is called `\(word)`"
        case .clientMissing(let kind, let reason): "\(kind.rawValue) cannot be brought into cells: \(reason)"
        case .clientWord(let word): "`\(word)` names no client and its path"
        case .limits: "a limit of the matrix is not above zero"
        case .noSuchCell(let word, _): "no cell of the matrix is called `\(word)`"
        case .artifact(let path, let reason): "`\(path)` cannot be tested: \(reason)"
        case .sameArtifact(let name): "`\(name)` is given twice, with different bytes"
        case .client(let reason): "the client that makes environments failed: \(reason)"
        case .running(let folder, let holder): "the results in `\(folder)` are being written by \(holder)"
        case .file(let error): error.message
        case .json(let path, let error): "`\(path)` cannot be read: \(error.message)"
        case .process(let error): error.message
        case .container(let error): error.message
        case .cancelled: "the matrix was stopped; what is finished is kept"
        }
    }

    public var hint: String? {
        switch self {
        case .definition(let error): error.hint
        case .systemName: "use letters, digits, `.`, `_` and `-`"
        case .expectation: "use passed, failed, uninstallable, timed-out or declared"
        case .noSuchCell(_, let known): "there are: " + known.joined(separator: ", ")
        case .noSuchPackages: "name them under `packages:`, by family of distributions"
        case .noSuchFamily: "use debian, fedora, suse, arch or alpine"
        case .noSuchRun(_, let known):
            known.isEmpty ? "no run was kept; `hallmark matrix run` keeps one" : "there are: " + known.joined(separator: ", ")
        case .clientMissing(.conda, _): "name the folder that Miniforge or Miniconda is installed in, as in `--client conda=/opt/miniforge3`"
        case .clientMissing(.micromamba, _): "name the program, as in `--client micromamba=/usr/local/bin/micromamba`"
        case .clientMissing(.rattler, _): "scripts/setup-client.sh makes the folder; name it, as in `--client rattler=.tools/client`"
        case .clientWord: "write conda=DIR, micromamba=FILE or rattler=DIR"
        case .client: "run scripts/setup-python.sh, which installs py-rattler"
        case .running: "wait for it, or stop it; the next run continues with what is left"
        case .file(let error): error.hint
        case .process(let error): error.hint
        case .container(let error): error.hint
        case .cancelled: "run the same command again to continue"
        default: nil
        }
    }
}
