import Basics

/// sccache in a build's container: a folder of this machine and nothing else.
///
/// Its variables can name caches in the network, whose objects are anybody's, and its server listens on the loopback of the network that it is in.
extension EngineShim {
    /// Where `--sccache` is mounted, whatever the image. Build tools hand few variables on, so recipes look for the folder, as they do for ccache's.
    public static let sccacheFolder = "/home/conda/sccache"
    /// Its value names the folder: sccache has one server a folder, and a second one would break the first one's builds.
    public static let sccacheLabel = "org.conda-hallmark.sccache"

    /// What a script may say of a cache of its own.
    private static let harmless: Set<String> = [
        "SCCACHE_BASEDIRS", "SCCACHE_CACHE_SIZE", "SCCACHE_DIR", "SCCACHE_DIRECT", "SCCACHE_ERROR_LOG", "SCCACHE_IDLE_TIMEOUT", "SCCACHE_LOG",
        "SCCACHE_SERVER_PORT", "SCCACHE_SERVER_UDS",
    ]

    func addSccache(_ run: inout RunArguments, _ options: inout [RunArguments.Option]) throws(ContainerError) {
        run.removeVariables { $0.hasPrefix("SCCACHE_") && !Self.harmless.contains($0) }
        guard let cache = settings.sccache else { return }
        let network = (options + run.options).last { $0.name == "--network" || $0.name == "--net" }?.value
        guard network != "host" else {
            throw .notStarted(
                settings.container,
                reason:
                    "in the network of this machine sccache would talk to whatever server listens here; give the build a network of its own, or leave"
                    + " `--sccache` out")
        }
        run.removeVariables { ["SCCACHE_DIR", "SCCACHE_IDLE_TIMEOUT"].contains($0) }
        run.options.removeAll { $0.name == "--volume" && $0.value?.split(separator: ":").dropFirst().first == Self.sccacheFolder[...] }
        options.append(.init(name: "--volume", value: "\(cache):\(Self.sccacheFolder):rw,z"))
        options.append(.init(name: "--label", value: "\(Self.sccacheLabel)=\(cache)"))
        // The server ends with the container, and its counters with the server: not after ten idle minutes of a link or a test. No file of the image
        // sends it elsewhere.
        for word in ["SCCACHE_DIR=\(Self.sccacheFolder)", "SCCACHE_IDLE_TIMEOUT=0", "SCCACHE_CONF=/dev/null"] {
            options.append(.init(name: "--env", value: word))
        }
    }
}
