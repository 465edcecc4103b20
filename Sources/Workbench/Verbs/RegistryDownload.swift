import Basics
import Files
import Foundation
import Recipes
import SystemPackage
import Transport

/// Brings the few files of an output registry that a feedstock's names are looked up in.
struct RegistryDownload {
    /// The one file of all names if it ends with `.json`, else the root of a checkout's files.
    let address: String

    func registry(for outputs: [RecipeOutline.Output]) async throws -> OutputRegistry {
        try await TemporaryDirectory.with { folder in
            if address.hasSuffix(".json") {
                let file = folder.appending("feedstock-outputs.json")
                guard let content = try await fetch(address, limit: 256 << 20) else {
                    throw WorkspaceError.unavailable("there is no registry at `\(address)`", hint: "look at the address with a browser")
                }
                try file.replaceContents(with: content)
                return try OutputRegistry.read(file)
            }
            // A registry on the web that has neither of these is none: else a mistyped address would say that every name is free.
            var isRegistry = false
            for name in ["config.json", "feedstock_outputs_autoreg_allowlist.yml"] {
                if try await keep(name, in: folder) { isRegistry = true }
            }
            let empty = try OutputRegistry(folder: folder)
            for output in outputs where output.isResolved {
                if try await keep(try empty.shard(of: output.name), in: folder) { isRegistry = true }
            }
            guard isRegistry else {
                throw WorkspaceError.unavailable(
                    "there is no registry at `\(address)`", hint: "give the root of feedstock-outputs' files, or its one file")
            }
            return try OutputRegistry(folder: folder).loaded(outputs)
        }
    }

    private func keep(_ path: String, in folder: FilePath) async throws -> Bool {
        guard let content = try await fetch(address + (address.hasSuffix("/") ? "" : "/") + path, limit: 16 << 20) else { return false }
        let target = folder.pushing(FilePath(path))
        try target.removingLastComponent().createDirectory()
        try target.replaceContents(with: content)
        return true
    }

    /// Nil for a file that is not there.
    private func fetch(_ text: String, limit: Int) async throws -> Data? {
        let response = try await HTTPClient(proxy: .environment).send(
            HTTPRequest(.get, try HTTPAddress(parsing: text), redirects: .follow(limit: 5)), limit: limit)
        if response.status == 404 { return nil }
        guard response.isSuccess else {
            throw WorkspaceError.unavailable("`\(text)` answered \(response.status)", hint: "try again, or use a checkout of the registry")
        }
        return response.body
    }
}
