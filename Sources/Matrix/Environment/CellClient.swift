import Files
import Foundation
public import SystemPackage

/// A conda client that is brought into a cell and makes the environment there, as a user's own client would.
///
/// It gets the packages that were solved for the cell as a channel in a folder, and a list of them: cells have no network.
public struct CellClient: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// py-rattler, with a Python that runs on every glibc.
        case rattler
        case micromamba, conda
    }

    public let kind: Kind
    /// What is mounted, read-only, below `place`: the folder, or micromamba's one file.
    let source: FilePath
    /// What of a user's installation no cell is to see, relative to `source`: settings, which may hold tokens, and other environments.
    let hidden: [String]

    /// Where it is in a cell, wherever it is here: at its own path it could stand before the system's folders, or below one that
    /// nobody but root may enter.
    static let place: FilePath = "/hallmark-client"

    /// Reads what a command line says: `conda=/opt/miniforge3`.
    public init(parsing text: String) throws(MatrixError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])), !parts[1].isEmpty else { throw .clientWord(text) }
        try self.init(kind, at: FilePath(String(parts[1])))
    }

    /// Takes the folder or the program that a user has; throws where there is no such client at `path`.
    ///
    /// It is not started here, as it may be for another system.
    public init(_ kind: Kind, at path: FilePath) throws(MatrixError) {
        self.kind = kind
        let path = path.absolute
        guard path.exists else { throw .clientMissing(kind, "`\(path)` is not there") }
        switch kind {
        case .micromamba:
            let candidates = path.isDirectory ? ["bin/micromamba", "micromamba"].map { path.pushing(FilePath($0)) } : [path]
            guard let program = candidates.first(where: Self.isProgram) else {
                throw .clientMissing(kind, path.isDirectory ? "there is no `bin/micromamba` in `\(path)`" : "`\(path)` is not a program")
            }
            (source, hidden) = (program, [])
        case .conda, .rattler:
            // The program in `bin` or `condabin` stands for the folder that it is installed in.
            let folder = path.isDirectory ? path : path.removingLastComponent().removingLastComponent()
            let needed = kind == .conda ? ["bin/python", "bin/conda"] : ["bin/python3"]
            if let missing = needed.first(where: { !Self.isProgram(folder.pushing(FilePath($0))) }) {
                throw .clientMissing(kind, "there is no `\(missing)` in `\(folder)`")
            }
            if kind == .conda, !folder.appending("conda-meta").isDirectory {
                throw .clientMissing(kind, "`\(folder)` is no environment of conda's: there is no `conda-meta` in it")
            }
            source = folder
            hidden =
                kind == .conda
                ? [".condarc", "condarc", "condarc.d", ".mambarc", "envs", "pkgs"].filter { folder.pushing(FilePath($0)).exists } : []
        }
    }

    private static func isProgram(_ path: FilePath) -> Bool { !path.isDirectory && access(path.string, X_OK) == 0 }

    /// Where it is mounted: a program below the place, so that its name in a complaint is its own.
    var target: FilePath { kind == .micromamba ? Self.place.appending("micromamba") : Self.place }

    private var program: String {
        switch kind {
        case .rattler: "\(Self.place)/bin/python3 -I"
        case .micromamba: "\(target)"
        // Not `bin/conda`, whose first line names the Python of another place.
        case .conda: "\(Self.place)/bin/python -I -m conda"
        }
    }

    /// The line of a shell that says the client's version, which shows that it can be run in a system at all.
    func greeting(packages: String) -> String {
        switch kind {
        case .rattler: "\(program) \(packages)/install.py --version"
        case .micromamba: "echo \"micromamba $(\(program) --version)\" && \(program) --version >/dev/null"
        case .conda: "\(program) --version"
        }
    }

    /// The line of a shell that makes `$PREFIX` from the packages in `packages`, using `$client` for what it needs besides.
    ///
    /// A list of files is taken as it is: no solver, no channel, and no setting is asked.
    func creation(packages: String) -> String {
        let list = packages + "/explicit.txt"
        return switch kind {
        case .rattler: "\(program) \(packages)/install.py \(packages) \"$PREFIX\" \"$client\""
        case .micromamba:
            "\(program) create --yes --quiet --offline --no-rc --root-prefix \"$client\" --prefix \"$PREFIX\" --file \(list)"
        case .conda:
            "CONDARC=/dev/null CONDA_PKGS_DIRS=\"$client/pkgs\" CONDA_REGISTER_ENVS=false "
                + "\(program) create --yes --quiet --offline --no-default-packages --prefix \"$PREFIX\" --file \(list)"
        }
    }

    /// What py-rattler is told in the cell.
    static var installer: Data { Data(PackageResources.install_py) }
}
