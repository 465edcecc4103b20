import Basics
import Containers
import Files
import Foundation
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Workbench

/// A feedstock with scripts that we wrote from the contract of conda-smithy's, and real containers of a tiny image with a shell.
enum BuildFixture {
    static let engine = Engine(kind: .podman, environment: TinyImage.podmanEnvironment)
    static let image = TinyImage.reference
    /// The tool itself, built beside the tests, as its shim.
    static let shim = [Repository.root.appending(".build/debug/hallmark").string, "engine-shim"]

    static func ready(_ engine: Engine = engine) async throws {
        try await LeftBehind.sweepContainers()
        try #require(FilePath(shim[0]).exists, "the tool `\(shim[0])` is not built")
        try await TinyImage.make(engine.executable, environment: engine.environment)
    }

    /// A script in the manner of conda-smithy's: `-it` without a terminal, unquoted words, `info`, `pull`, all tokens handed on, marker tested.
    static let dockerScript = """
        #!/usr/bin/env bash
        set -xeo pipefail
        FEEDSTOCK_ROOT="$(cd "$(dirname "$0")/.."; pwd -P)"
        RECIPE_ROOT="${FEEDSTOCK_ROOT}/recipe"
        if [ -z ${FEEDSTOCK_NAME} ]; then export FEEDSTOCK_NAME=$(basename ${FEEDSTOCK_ROOT}); fi
        ${DOCKER_EXECUTABLE:-docker} info >/dev/null
        export HOST_USER_ID=$(id -u)
        ARTIFACTS="$FEEDSTOCK_ROOT/build_artifacts"
        if [ -z "$CONFIG" ]; then echo "Need to set CONFIG env variable"; exit 1; fi
        mkdir -p "$ARTIFACTS"
        DONE_CANARY="$ARTIFACTS/conda-forge-build-done-${CONFIG}"
        rm -f "$DONE_CANARY"
        DOCKER_RUN_ARGS="${CONDA_FORGE_DOCKER_RUN_ARGS}"
        if [ -z "${CI}" ]; then DOCKER_RUN_ARGS="-it ${DOCKER_RUN_ARGS}"; fi
        export UPLOAD_PACKAGES="${UPLOAD_PACKAGES:-True}"
        export IS_PR_BUILD="${IS_PR_BUILD:-False}"
        echo "Start Docker"
        ${DOCKER_EXECUTABLE:-docker} pull "${DOCKER_IMAGE}"
        ${DOCKER_EXECUTABLE:-docker} run ${DOCKER_RUN_ARGS} \\
            -v "${RECIPE_ROOT}":/home/conda/recipe_root:rw,z,delegated \\
            -v "${FEEDSTOCK_ROOT}":/home/conda/feedstock_root:rw,z,delegated \\
            -e CONFIG -e HOST_USER_ID -e UPLOAD_PACKAGES -e IS_PR_BUILD -e CPU_COUNT -e CI -e FEEDSTOCK_NAME \\
            -e flow_run_id -e remote_url -e sha -e BINSTAR_TOKEN -e FEEDSTOCK_TOKEN -e STAGING_BINSTAR_TOKEN \\
            "${DOCKER_IMAGE}" sh /home/conda/feedstock_root/.scripts/build_steps.sh
        test -f "$DONE_CANARY"
        """

    /// Changes the checkout as conda-forge-ci-setup does, makes a package of two lines, and leaves the marker.
    static let goodSteps = """
        cd /home/conda/feedstock_root
        echo "==> Configuring conda"
        echo "CI: none" >> .ci_support/$CONFIG.yaml
        touch .ci_support/clobber_$CONFIG.yaml
        echo license > recipe/recipe-scripts-license.txt
        echo "==> Building recipe"
        env > build_artifacts/environment-seen
        echo "warning: something" >&2
        mkdir -p build_artifacts/linux-64
        echo package > build_artifacts/linux-64/thing-1.0-h0_0.conda
        echo "==> Final checks"
        touch build_artifacts/conda-forge-build-done-$CONFIG
        """

    static func feedstock(in folder: FilePath, variant: String = "linux_64_", steps: String = goodSteps) throws -> FilePath {
        let root = folder.appending("thing-feedstock")
        for name in [".ci_support", ".scripts", "recipe"] { try root.appending(name).createDirectory() }
        try root.appending(".ci_support/\(variant).yaml").replaceContents(with: "target_platform:\n- linux-64\n")
        try root.appending("recipe/recipe.yaml").replaceContents(with: "context: {}\n")
        try root.appending(".scripts/run_docker_build.sh").replaceContents(with: dockerScript)
        try root.appending(".scripts/build_steps.sh").replaceContents(with: steps)
        return root
    }

    static func build(_ feedstock: FilePath, in folder: FilePath, variant: String = "linux_64_", image: String = image, engine: Engine = engine)
        -> FeedstockBuild
    {
        let workspace = "tests-" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        LeftBehind.note(workspace: workspace)
        return FeedstockBuild(
            feedstock: feedstock, variant: variant, script: feedstock.appending(".scripts/run_docker_build.sh"), engine: engine, image: image,
            folder: folder.appending("builds/1"), workspaceID: workspace, runID: "manual_1",
            shim: shim, feedstockName: "thing-feedstock", commit: String(repeating: "a", count: 40), remoteURL: "https://example.org/thing-feedstock",
            jobs: 3, network: ContainerRequest.Network.none)
    }
}

final class Events: Sendable {
    private let events = Mutex<[BuildEvent]>([])
    func append(_ event: BuildEvent) { events.withLock { $0.append(event) } }
    var all: [BuildEvent] { events.withLock { $0 } }
    var phases: [String] { all.compactMap { if case .phase(let name, _, _) = $0 { name } else { nil } } }
}
