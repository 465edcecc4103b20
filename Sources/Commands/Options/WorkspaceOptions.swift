import ArgumentParser
import Files
import SystemPackage
import Workbench

struct WorkspaceOptions: ParsableArguments {
    @Option(
        name: [.customShort("w"), .long],
        help: .init("The workspace's folder (default: the one around the current folder, or HALLMARK_WORKSPACE).", valueName: "dir"))
    var workspace: String?

    /// The workspace that was named, or the one that the current folder lies in.
    func find() throws -> Workspace {
        if let named = workspace ?? CommandContext.current["WORKSPACE"] { return try Workspace.read(FilePath(named)) }
        return try Workspace.find(from: .currentDirectory)
    }

    /// The workspace with the right to write to it.
    func session(for verb: String) throws -> WorkspaceSession { try WorkspaceSession(try find(), verb: verb) }
}
