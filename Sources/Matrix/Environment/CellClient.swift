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
    /// What is mounted, read-only, at its own path.
    public let folder: FilePath
    let executable: FilePath

    /// Throws where `folder` holds no such client; it is not started here, as it may be for another system.
    public init(_ kind: Kind, folder: FilePath) throws(MatrixError) {
        self.kind = kind
        self.folder = folder.absolute
        let names: [String] =
            switch kind {
            case .rattler: ["bin/python3"]
            case .micromamba: ["bin/micromamba", "micromamba"]
            case .conda: ["bin/conda", "condabin/conda"]
            }
        let candidates = names.map { folder.absolute.pushing(FilePath($0)) }
        guard let executable = candidates.first(where: { access($0.string, X_OK) == 0 }) else {
            throw .clientMissing("there is no `\(names[0])` in `\(self.folder)`")
        }
        self.executable = executable
    }

    /// The lines of a shell that make `$PREFIX` from the packages in `packages`, using `$work` for what it needs besides.
    func commands(packages: String) -> String {
        let program = TestStep.quoted(executable.string)
        let list = packages + "/explicit.txt"
        return switch kind {
        case .rattler: "\(program) -I \(packages)/install.py \(packages) \"$PREFIX\" \"$work/client\""
        case .micromamba:
            "MAMBA_ROOT_PREFIX=\"$work/client\" \(program) create --yes --offline --no-rc --no-env --prefix \"$PREFIX\" --file \(list)"
        case .conda:
            "CONDARC=/dev/null CONDA_PKGS_DIRS=\"$work/client\" \(program) create --yes --offline --no-default-packages --prefix \"$PREFIX\" --file \(list)"
        }
    }

    /// What py-rattler is told in the cell.
    static var installer: Data { Data(PackageResources.install_py) }
}
