import Containers
import Files
import Processes
import SystemPackage

/// Executes every test in a container of its own.
///
/// The system's root is read-only, the environment is mounted read-only at its own path, the only places to write are folders in
/// memory with a size, and there is no network and nobody's token.
struct ContainerExecutor: TestExecutor {
    let engine: any ContainerEngine
    let facts: EngineFacts
    let reference: String
    let imageFacts: ImageFacts
    /// On every container, so that a later run finds those that a killed one left.
    let labels: [String: String]
    let work: FilePath
    /// What makes the environment in the container; it is shared if nil.
    var client: CellClient?

    var places: TestStep.Places { .container }
    var image: CellResult.Image? { .init(reference: reference, id: imageFacts.id, digests: imageFacts.digests) }
    var engineFacts: EngineFacts? { facts }
    var canCopyEnvironments: Bool { client == nil }

    func execute(
        _ step: TestStep, of subject: Subject, in cell: Cell, limits: MatrixDefinition.Limits, isPrivate: Bool,
        onMoment: @escaping @Sendable (ExecutionMoment) -> Void, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ExecutionFailure) -> ContainerExit {
        let nonce = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let name = "hallmark-cell-\(nonce)"
        let folder = work.appending(name)
        do throws(FileError) {
            try step.write(to: folder, testFiles: subject.testFiles, endMark: nonce, copyingEnvironment: isPrivate, client: client)
            if client != nil, let archives = step.archives {
                let installer = archives.appending("install.py")
                if !installer.exists { try installer.replaceContents(with: CellClient.installer) }
                try folder.appending("nothing").replaceContents(with: "")
                try folder.appending("emptiness").createDirectory()
            }
        } catch { throw .machine(error.message) }
        defer { try? folder.removeAll() }
        let size = "size=\(limits.disk),mode=1777,exec"
        var folders: [FilePath: String] = [places.work: size, "/tmp": size, "/var/tmp": size]
        var mounts = [ContainerRequest.Mount(folder, at: places.folder, isReadOnly: true)]
        if let client, let archives = step.archives {
            // The folder above is the one to write in: some clients want to make the environment's own.
            folders[step.prefix.removingLastComponent()] = "size=\(limits.memory),mode=1777,exec"
            mounts += [.init(archives, at: places.packages, isReadOnly: true), .init(client.source, at: client.target, isReadOnly: true)]
            // No folders in memory: podman fills those with what they stand before.
            mounts += client.hidden.map { name in
                let isFolder = client.source.pushing(FilePath(name)).isDirectory
                return .init(folder.appending(isFolder ? "emptiness" : "nothing"), at: client.target.pushing(FilePath(name)), isReadOnly: true)
            }
        } else {
            mounts.append(.init(step.prefix, at: isPrivate ? places.shared : step.prefix, isReadOnly: true))
        }
        if isPrivate { folders[step.prefix] = "size=\(limits.memory),mode=1777,exec" }
        let request = ContainerRequest(
            image: imageFacts.id, command: ["sh", places.folder.appending("main.sh").string], name: name, labels: labels,
            mounts: mounts,
            temporaryFolders: folders, environment: step.environment(subject, cell), user: cell.user == .root ? "0:0" : "65534:65534",
            network: cell.network == .off ? .none : .bridge, limits: bounds(limits), hasReadOnlyRoot: true, entryPoint: "",
            timeout: .seconds(limits.seconds))
        let (end, installed) = (TestStep.end(nonce), TestStep.installed(nonce))
        do throws(ContainerError) {
            return try await engine.run(request) { line in
                if line.text == installed { return onMoment(.installed) }
                guard line.text.hasSuffix(end) else { return onLine(line) }
                onMoment(.over)
                var rest = line
                rest.text.removeLast(end.count)
                if !rest.text.isEmpty { onLine(rest) }
            }
        } catch {
            if case .cancelled = error { throw .cancelled }
            throw .machine(error.message)
        }
    }

    /// Rootless engines cannot set limits on the old kind of control groups; time and disk are bounded all the same.
    private func bounds(_ limits: MatrixDefinition.Limits) -> ContainerRequest.Limits {
        if facts.isRootless, facts.controlGroups == "v1" { return .init() }
        return .init(memory: limits.memory, cpus: limits.cpus, processes: limits.processes)
    }
}
