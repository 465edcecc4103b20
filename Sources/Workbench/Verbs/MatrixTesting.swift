import Basics
import Conda
import Containers
import Cryptography
import Files
import Foundation
import Machines
public import Matrix
public import SystemPackage

/// Tests the workspace's artifacts, or any file, on the matrix.
public struct MatrixTesting: Sendable {
    /// A matrix of the user's own; the shipped one if nil.
    public var definition: FilePath?
    /// Cells, systems or patterns; all if empty.
    public var cells: [String]
    /// How many at a time; as many as this machine has room for if nil.
    public var jobs: Int?
    /// The images that are pinned; none if nil.
    public var lock: FilePath?
    /// Makes every environment so; as the matrix says if nil.
    public var install: Cell.Install?
    public var client: CellClient?
    public var python: FilePath?
    /// Where environments are kept between runs.
    public var cache: FilePath
    public var engine: String?
    public var channels: [String]
    public var vagrantFolder: FilePath
    /// The variables that name the boxes, such as `HALLMARK_BOX_WINDOWS_10`.
    public var boxVariables: [String: String]

    public init(
        definition: FilePath? = nil, cells: [String] = [], jobs: Int? = nil, python: FilePath?, cache: FilePath, engine: String? = nil,
        channels: [String] = [],
        vagrantFolder: FilePath, boxVariables: [String: String] = [:], lock: FilePath? = nil, install: Cell.Install? = nil, client: CellClient? = nil
    ) {
        self.lock = lock
        self.install = install
        self.client = client
        self.definition = definition
        self.cells = cells
        self.jobs = jobs
        self.python = python
        self.cache = cache.absolute
        self.engine = engine
        self.channels = channels
        self.vagrantFolder = vagrantFolder
        self.boxVariables = boxVariables
    }

    /// The cells, and which of them can be had here.
    public func plan() async throws -> MatrixPlan { try await plan(with: try? await EngineChoice.find(engine).engine) { _ in true } }

    /// The systems of the cells that `isMet` holds for are looked for, and no others: that takes time.
    private func plan(with engine: Engine?, isMet: (MatrixPlan.Entry) -> Bool) async throws -> MatrixPlan {
        let definition = try matrix()
        let systems = try Self.systems()
        func plan(_ presence: [String: Presence]) throws -> MatrixPlan {
            var plan = MatrixPlan(definition, systems: systems, presence: presence)
            if let install { plan = plan.installing(install) }
            return cells.isEmpty ? plan : try plan.selecting(cells)
        }
        let wanted = Set(try plan([:]).entries.filter(isMet).map(\.cell.system))
        let settings = Self.boxes(folder: vagrantFolder, variables: boxVariables)
        let survey = SystemSurvey(
            engine: engine, boxes: BoxSurvey(folder: vagrantFolder, environment: boxVariables, providers: settings.provider.map { [$0] }))
        let found = try plan(try await survey.presence(of: systems.filter { wanted.contains($0.name) }))
        guard let lock, lock.exists else { return found }
        return found.pinned(by: try ImageLock(reading: lock))
    }

    /// `HALLMARK_BOX_PROVIDER` says what runs the machines, where Vagrant is not to choose.
    public static func boxes(folder: FilePath, variables: [String: String]) -> BoxSettings {
        BoxSettings(folder: folder, provider: variables["HALLMARK_BOX_PROVIDER"].flatMap { $0.isEmpty ? nil : $0 }, environment: variables)
    }

    func matrix() throws -> MatrixDefinition {
        try definition.map { try MatrixDefinition(parsing: try $0.contents(limit: 1 << 20)) } ?? .shipped()
    }

    static func systems() throws -> [TestSystem] {
        try ShippedFiles.images().images(of: .cell).map { TestSystem($0) } + ShippedFiles.boxes().boxes.map { TestSystem($0) }
    }

    /// What the plan means for these files, before anything runs; `results` holds what earlier runs left.
    public func forecast(_ files: [FilePath], results: FilePath?) async throws -> MatrixForecast {
        let plan = try await plan()
        return MatrixForecast(plan, subjects: try files.map { try Subject(reading: $0) }, results: results, jobs: jobs(for: plan))
    }

    private func jobs(for plan: MatrixPlan) -> Int { jobs ?? MachineCapacity.jobs(for: plan.limits) }

    /// Tests files that belong to no workspace; results go into `results`.
    public func run(
        _ files: [FilePath], results: FilePath, isFresh: @escaping @Sendable (CellResult) -> Bool = { _ in false },
        onEvent: @escaping @Sendable (MatrixEvent) -> Void
    ) async throws -> [CellResult] {
        guard let python else {
            throw WorkspaceError.unavailable(
                "no Python with py-rattler is named, and the environments are solved with it",
                hint: "set HALLMARK_PYTHON, or run `scripts/setup-python.sh`")
        }
        let subjects = try files.map { try Subject(reading: $0) }
        let subdirs = Set(subjects.map(\.subdir))
        let (engine, facts, plan) = try await EngineChoice.find(engine) { engine async throws -> MatrixPlan in
            try await self.plan(with: engine) { subdirs.contains(.noarch) || subdirs.contains($0.cell.subdir) }
        }
        return try await MatrixRun(
            plan: plan, subjects: subjects, engine: engine, engineFacts: facts,
            maker: EnvironmentMaker(python: python, root: cache), results: results, channels: channels,
            boxes: Self.boxes(folder: vagrantFolder, variables: boxVariables), client: client, jobs: jobs(for: plan), isFresh: isFresh
        ).run(onEvent: onEvent)
    }

    /// Tests the workspace's artifacts and puts every new result into the journal as it comes.
    public func run(
        in session: WorkspaceSession, retrying: Bool = false, onEvent: @escaping @Sendable (MatrixEvent) -> Void
    ) async throws -> [CellResult] {
        let state = await session.state
        guard !state.artifacts.isEmpty else { throw WorkspaceError.nothingBuilt }
        for artifact in state.artifacts where artifact.embedded == nil {
            throw WorkspaceError.nothingTo("test", needs: "the recipe of `\(artifact.built.name)` has not been embedded; run `hallmark embed`")
        }
        let files = try state.artifacts.map { try session.file(of: $0.reference) }
        let workspace = session.workspace
        let results = try await run(files, results: workspace.matrix, isFresh: { retrying && !$0.isGreen }, onEvent: onEvent)
        for artifact in state.artifacts {
            let own = results.filter { $0.artifact.sha256 == artifact.reference.sha256 }
            var isNew = false
            for result in own {
                let event = try Self.event(result, of: artifact.reference, in: workspace)
                guard artifact.cells[event.cell] != event else { continue }
                isNew = true
                try await session.record(.cellFinished(event))
            }
            let summary = JournalEvent.MatrixFinished(artifact: artifact.reference, counts: Self.counts(own), isGreen: Self.isGreen(own))
            if isNew || artifact.matrix != summary { try await session.record(.matrixFinished(summary)) }
        }
        return results
    }

    /// Outcomes by their words, for a line of summary.
    public static func counts(_ results: [CellResult]) -> [String: Int] {
        results.reduce(into: [:]) { $0[$1.outcome.kind.rawValue, default: 0] += 1 }
    }

    /// Every cell that could be judged ended as expected, and one passed; a cell that is merely unavailable is not held against the artifact.
    public static func isGreen(_ results: [CellResult]) -> Bool {
        results.allSatisfy { $0.isGreen || $0.outcome.kind == .unavailable } && results.contains { $0.outcome.kind == .passed }
    }

    private static func event(
        _ result: CellResult, of artifact: JournalEvent.ArtifactReference, in workspace: Workspace
    ) throws -> JournalEvent.CellFinished {
        let file = workspace.matrix.appending(result.artifact.name.fileName).appending("\(result.cell.id).json")
        return .init(
            artifact: artifact, cell: result.cell.id, outcome: result.outcome.kind.rawValue, expected: result.expected.rawValue,
            reason: result.reason.isEmpty ? nil : result.reason, image: result.image?.id, result: try workspace.reference(file))
    }
}
