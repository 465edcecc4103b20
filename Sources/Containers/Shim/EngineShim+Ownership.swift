import Files
import Foundation
import SystemPackage

/// Whose the folders are that a build writes to.
extension EngineShim {
    /// Without root, the container's users are strangers on the host: what they are to write is given to them before, and back afterwards.
    ///
    /// The scripts do this themselves where `DOCKER_EXECUTABLE` is the word `podman`, which with a shim it is not. Returns the user's number.
    func giveFolders(_ run: RunArguments) async throws(ContainerError) -> String? {
        let named = run.options.first { $0.name == "--env" && $0.value?.hasPrefix("HOST_USER_ID") == true }?.value
        let user = named.flatMap { $0.contains("=") ? String($0.drop { $0 != "=" }.dropFirst()) : environment["HOST_USER_ID"] } ?? ""
        guard !user.isEmpty, user.allSatisfy(\.isNumber), user != "0" else { return nil }
        if getuid() != 0, try await isRootless {
            try await own(ownedFolders(run), by: user, "give", run.image)
            return user
        }
        if getuid() == 0, let id = UInt32(user) { for cache in caches { _ = chown(cache, id, id) } }
        return nil
    }

    func takeFolders(_ run: RunArguments) async throws(ContainerError) { try await own(ownedFolders(run), by: "0", "take back", run.image) }

    /// Whoever may talk to docker's daemon need not be root, and the daemon may be.
    private var isRootless: Bool {
        get async throws(ContainerError) {
            switch settings.kind {
            case .podman: true
            case .docker: try await engine.facts().isRootless
            }
        }
    }

    /// `user` is a number inside of containers, where 0 is who started them.
    private func own(_ folders: [String], by user: String, _ word: String, _ image: String) async throws(ContainerError) {
        for folder in folders {
            let words =
                switch settings.kind {
                case .podman: ["unshare", "chown", "-R", "\(user):\(user)", folder]
                // Docker has no word for it, so a container of the build's own image does it.
                case .docker:
                    [
                        "run", "--rm", "--pull", "never", "--network", "none", "--user", "0:0", "--entrypoint", "chown", "--volume",
                        "\(folder):/folder", image,
                    ]
                        + ["-R", "\(user):\(user)", "/folder"]
                }
            try await engine.tell("\(word) `\(folder)`", words, timeout: .seconds(600))
        }
    }

    private var caches: [String] { [settings.compilerCache, settings.sccache].compactMap(\.self) }

    private func ownedFolders(_ run: RunArguments) -> [String] {
        var folders: [String] = []
        if let feedstock = run.source(mountedAt: "/home/conda/feedstock_root") { folders.append(feedstock + "/build_artifacts") }
        if let recipe = run.source(mountedAt: "/home/conda/recipe_root") { folders.append(recipe) }
        return (folders + caches).filter { FilePath($0).exists }
    }
}
