import Basics
import Containers
import Cryptography
import Files
import Foundation
import Processes
import SystemPackage

extension FeedstockBuild {
    /// Writes the shim's settings and the lines that the script takes for its engine; returns the path of the latter.
    func writeShim(mark: String) throws(BuildError) -> FilePath {
        // By its path: the shim's folder is the first in the script's PATH, and the shim must not find itself there.
        let executable = engine.executable.resolved().map { Command.Executable.path($0) } ?? engine.executable
        let settings = ShimSettings(
            engine: Engine(kind: engine.kind, executable: executable, environment: engine.environment, options: engine.options),
            container: containerName, labels: labels, imageID: imageID, limits: limits, network: network,
            compilerCache: compilerCache?.absolute.string, sccache: sccache?.string, variables: jobs.map { ["CPU_COUNT": "\($0)"] } ?? [:],
            record: recordFile, log: containerLog, frame: mark, driver: .own)
        do throws(ContainerError) { try settings.write(to: shimSettingsFile) } catch { throw .container(error) }
        let words = (shim + ["--settings", shimSettingsFile.string, "--"]).map(Self.quoted).joined(separator: " ")
        // What the shim would hand on as it is goes to the engine without it.
        let direct =
            ["env"] + engine.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [executable.description] + engine.options
        let others = direct.map(Self.quoted).joined(separator: " ")
        return try attempt { () throws(FileError) in
            try shimFolder.createDirectory()
            let path = shimFolder.appending("docker")
            try path.replaceContents(
                with: "#!/bin/sh\ncase $1 in run | pull) exec \(words) \"$@\" ;; esac\nexec \(others) \"$@\"\n",
                permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            return path
        }
    }

    /// conda-smithy's scripts do not quote `$DOCKER_EXECUTABLE`, so its path must have no spaces.
    var shimFolder: FilePath {
        let place = folder.appending("shim")
        guard place.string.contains(where: \.isWhitespace) else { return place }
        return FilePath(FileManager.default.temporaryDirectory.path).appending("hallmark-shim-\(getuid())-\(containerName)")
    }

    private static func quoted(_ word: String) -> String { "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'" }

    /// The script, in the feedstock's folder, with the variables that conda-forge's own `build-locally.py` sets and those that leave it no choice.
    func command(_ wrapper: FilePath) -> Command {
        var values = environment
        // Scripts older than `DOCKER_EXECUTABLE` say `docker`.
        values["PATH"] = "\(wrapper.removingLastComponent()):\(ChildEnvironment.inherited().resolved()["PATH"] ?? "/usr/bin:/bin")"
        values["CONFIG"] = variant
        values["DOCKER_EXECUTABLE"] = wrapper.string
        values["FEEDSTOCK_ROOT"] = feedstock.string
        values["FEEDSTOCK_NAME"] = feedstockName
        values["UPLOAD_PACKAGES"] = "False"
        values["IS_PR_BUILD"] = "True"
        values["sha"] = commit
        values["remote_url"] = remoteURL
        values["flow_run_id"] = runID
        if let image { values["DOCKER_IMAGE"] = image }
        if let jobs { values["CPU_COUNT"] = "\(jobs)" }
        // What a CI would have set makes scripts upload, or rewrite the variant; ours are set above and nothing else is taken over.
        let removed: Set<String> = [
            "CI", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "BUILD_WITH_CONDA_DEBUG", "BUILD_OUTPUT_ID", "UPLOAD_ON_BRANCH", "GIT_BRANCH",
            "DOCKER_IMAGE",
            "CPU_COUNT", "HOST_USER_ID", "CONDA_FORGE_DOCKER_RUN_ARGS", "RATTLER_BUILD_ENABLE_GITHUB_INTEGRATION", "HALLMARK_CCACHE_DIR",
            "HALLMARK_SCCACHE_DIR", "HALLMARK_NETWORK",
        ]
        return Command(
            .path("/bin/bash"), [script.string], environment: .inherited(removing: removed, adding: values), workingDirectory: feedstock,
            grace: .seconds(2))
    }

    /// Whether the script leaves a marker at all, where it has one, and whether that decides.
    var expectsMarker: Bool { (try? script.text(limit: 4 << 20))?.contains("conda-forge-build-done") ?? true }

    func logDigest() throws(FileError) -> (SHA256Digest, Int64) {
        let digests = try FileDigests.compute(logFile)
        return (digests.sha256, digests.byteCount)
    }
}
