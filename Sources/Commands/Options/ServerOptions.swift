import ArgumentParser
import Basics
import Conda
import Files
import Foundation
import Publishing
import SystemPackage
import Transport
import Workbench

/// The channel on a server.
struct ServerOptions: ParsableArguments {
    @Option(name: .long, help: .init("The server (default: the workspace's, or HALLMARK_SERVER).", valueName: "url")) var server: String?
    @Option(name: .long, help: "The owner (default: the workspace's).") var owner: String?
    @Option(name: .long, help: "The label (default: the workspace's, else manual).") var label: String?

    var isNamed: Bool { (server ?? CommandContext.current["SERVER"]) != nil && owner != nil }

    /// The workspace's settings with what the command line says on top.
    func settings(workspace: Workspace?) throws -> WorkspaceSettings {
        var settings = workspace?.settings ?? WorkspaceSettings(id: "", feedstock: "")
        settings.server = server ?? CommandContext.current["SERVER"] ?? settings.server
        settings.owner = owner ?? settings.owner
        if let label { settings.label = try Label(parsing: label) }
        return settings
    }

    func channel(workspace: Workspace?) throws -> Channel { try Publication(settings: try settings(workspace: workspace)).channel }
}

/// Tokens, each from a file that only you may read, or from the environment.
struct TokenOptions: ParsableArguments {
    @Option(name: .customLong("token-file"), help: .init("The token of the channel's owner (or HALLMARK_TOKEN).", valueName: "file")) var token:
        String?
    @Option(
        name: .customLong("upload-token-file"),
        help: .init("The token of the owner that uploads go to first (or HALLMARK_UPLOAD_TOKEN).", valueName: "file"))
    var upload: String?
    @Option(name: .customLong("feedstock-token-file"), help: .init("The feedstock's token (or FEEDSTOCK_TOKEN).", valueName: "file")) var feedstock:
        String?

    func fill(_ publication: inout Publication) throws {
        publication.ownerToken = try Self.read(token, "HALLMARK_TOKEN")
        publication.uploadToken = try Self.read(upload, "HALLMARK_UPLOAD_TOKEN") ?? publication.ownerToken
        publication.feedstockToken = try Self.read(feedstock, "FEEDSTOCK_TOKEN")
    }

    private static func read(_ file: String?, _ variable: String) throws -> Secret? {
        if let file {
            let path = FilePath(file)
            guard !PassphraseOptions.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
            return try Secret(try path.text(limit: 4096).trimmingCharacters(in: .whitespacesAndNewlines))
        }
        // Azure leaves `$(NAME)` where a secret was not given.
        guard let text = CommandContext.current.environment[variable], !text.isEmpty, !text.hasPrefix("$(") else { return nil }
        return try Secret(text)
    }
}

extension WorkspaceOptions {
    /// The workspace if one is named or around; nil if none is.
    ///
    /// A variable that names a folder relative to another one than this names none here; a path that is whole, or the option, must be right.
    func optional() throws -> Workspace? {
        if workspace == nil, let named = CommandContext.current["WORKSPACE"], !named.hasPrefix("/"), !FilePath(named).exists { return nil }
        if workspace != nil || CommandContext.current["WORKSPACE"] != nil { return try find() }
        return try? find()
    }
}
