import Archiving
import Basics
public import Containers
import Cryptography
import Files
import Foundation
public import SystemPackage

/// One variant of a feedstock, built by the feedstock's script in a container that outlives us.
///
/// Everything about it lies in `folder`, so that the same value in another process takes up what this one left: it watches a container that still runs, takes
/// the result of one that ended meanwhile, and repeats nothing that is done.
public struct FeedstockBuild: Sendable {
    public var feedstock: FilePath
    /// The file name in `.ci_support`, without `.yaml`.
    public var variant: String
    /// The feedstock's own `.scripts/run_docker_build.sh`, or ours; it is run as it is.
    public var script: FilePath
    /// Relative to the feedstock.
    public var recipeFolder: String
    public var engine: Engine
    /// What `DOCKER_IMAGE` says; nil leaves it to the script.
    public var image: String?
    /// The planned image's id, which the container is started from whatever `image` means by then.
    public var imageID: String?
    /// Of this attempt alone.
    public var folder: FilePath
    /// Labels the container; one workspace builds one feedstock.
    public var workspaceID: String
    /// One for each attempt; `flow_run_id` in the package.
    public var runID: String
    /// The program and first arguments that the shim is called with; `--settings FILE -- ARGUMENTS…` follow.
    public var shim: [String]
    public var feedstockName: String
    public var commit: String
    public var remoteURL: String
    /// `CPU_COUNT`, the jobs that run at once.
    public var jobs: Int?
    public var limits: ContainerRequest.Limits
    public var network: ContainerRequest.Network?
    /// A folder for ccache, which keeps what an interrupted build had compiled.
    public var compilerCache: FilePath?
    /// A folder for sccache, of which one build at a time makes use.
    public var sccache: FilePath?
    /// More variables for the script.
    public var environment: [String: String]
    /// Leaves the container of a failed build, to be entered.
    public var keepsFailedContainer: Bool
    /// False tells of a `BuildEvent.line` a few times a second, for showing where a build is, instead of each line.
    public var showsEveryLine = true
    /// The build is paused while less than this is free where `build_artifacts` lies.
    public var diskReserve: Int64 = 512 << 20

    public init(
        feedstock: FilePath, variant: String, script: FilePath, recipeFolder: String = "recipe", engine: Engine, image: String? = nil,
        imageID: String? = nil,
        folder: FilePath, workspaceID: String, runID: String, shim: [String], feedstockName: String, commit: String, remoteURL: String,
        jobs: Int? = nil,
        limits: ContainerRequest.Limits = .init(), network: ContainerRequest.Network? = nil, compilerCache: FilePath? = nil, sccache: FilePath? = nil,
        environment: [String: String] = [:], keepsFailedContainer: Bool = false
    ) {
        self.feedstock = feedstock.absolute
        self.variant = variant
        self.script = script.absolute
        self.recipeFolder = recipeFolder
        self.engine = engine
        self.image = image
        self.imageID = imageID
        self.folder = folder.absolute
        self.workspaceID = workspaceID
        self.runID = runID
        // The script calls it from another folder than ours.
        self.shim = shim.enumerated().map { $0 == 0 && $1.contains("/") ? FilePath($1).absolute.string : $1 }
        self.feedstockName = feedstockName
        self.commit = commit
        self.remoteURL = remoteURL
        self.jobs = jobs
        self.limits = limits
        self.network = network
        self.compilerCache = compilerCache
        self.sccache = sccache?.absolute
        self.environment = environment
        self.keepsFailedContainer = keepsFailedContainer
    }

    /// A name for files and containers: variants may have names of more than 200 characters.
    public static func shortName(of variant: String) -> String {
        let digest = SHA256Digest(of: Data(variant.utf8)).hexadecimal.prefix(12)
        let plain = variant.prefix(40).map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        return variant.utf8.count <= 40 && String(plain) == variant ? variant : "\(String(plain))-\(digest)"
    }

    public static let workspaceLabel = "org.conda-hallmark.workspace"
    public static let runLabel = "org.conda-hallmark.run"
    public static let variantLabel = "org.conda-hallmark.variant"

    public var containerName: String {
        let digest = SHA256Digest(of: Data("\(workspaceID)\n\(variant)\n\(runID)".utf8)).hexadecimal.prefix(16)
        return "hallmark-build-\(digest)"
    }

    /// Scripts of conda-smithy 2 spelled it `build_artefacts`.
    public var artifactsFolder: FilePath {
        let isOld = (try? script.text(limit: 4 << 20))?.contains("build_artefacts") ?? false
        return feedstock.appending(isOld ? "build_artefacts" : "build_artifacts")
    }
    public var marker: FilePath { artifactsFolder.appending("conda-forge-build-done-\(variant)") }
    public var logFile: FilePath { folder.appending("build.log") }
    /// What is left of `logFile` once its build is in the journal.
    public var compressedLogFile: FilePath { folder.appending("build.log" + CompressedFile.fileExtension) }
    public var recordFile: FilePath { folder.appending("engine.json") }
    public var outcomeFile: FilePath { folder.appending("outcome.json") }
    var engineFile: FilePath { folder.appending("engine-facts.json") }
    var containerLog: FilePath { folder.appending("container.log") }
    /// One line of JSON a `ResourceSample`.
    public var resourcesFile: FilePath { folder.appending("resources.jsonl") }
    var stateFile: FilePath { folder.appending("driver.json") }
    var shimSettingsFile: FilePath { folder.appending("shim.json") }

    var labels: [String: String] { [Self.workspaceLabel: workspaceID, Self.runLabel: runID, Self.variantLabel: variant] }

    var snapshot: FeedstockSnapshot {
        FeedstockSnapshot(feedstock: feedstock, folders: [".ci_support", recipeFolder], store: folder.appending("snapshot"))
    }
}
