import Basics
import Conda
import Cryptography
import Files
import Foundation
import Machines
import Matrix
import Recipes
import SystemPackage

extension VariantBuilding {
    /// The machine that a variant is built in: the newest that is named for its subdir. Nil for variants that name an image, as those do that are cross-compiled.
    func box(for variant: Variant) throws -> Box? {
        guard session.workspace.settings.image == nil, variant.dockerImage == nil,
            ["win-", "osx-"].contains(where: variant.subdir.name.hasPrefix)
        else { return nil }
        let known = try ShippedFiles.boxes().boxes.compactMap { $0.building(variant.subdir.name) }
        // The newest that the user has named; availability is said of it later.
        let named = boxes?.environment ?? [:]
        let box = known.last { named[$0.box]?.isEmpty == false } ?? known.last
        guard let box else {
            throw WorkspaceError.unavailable("no box builds for \(variant.subdir)", hint: "vagrant/boxes.yaml names those that do")
        }
        return box
    }

    func build(
        _ variant: Variant, of feedstock: Feedstock, in box: Box, jobs: Int?, _ onEvent: @escaping @Sendable (BuildEvent) -> Void
    ) async throws -> Result {
        guard let boxes else { throw WorkspaceError.unavailable("boxes are not driven here", hint: box.requires) }
        let workspace = session.workspace
        let survey = BoxSurvey(
            folder: boxes.folder, executable: boxes.executable, environment: boxes.environment, providers: boxes.provider.map { [$0] })
        if case .missing(let reason, let remedy) = await survey.availability(of: box) {
            throw WorkspaceError.unavailable("`\(variant.configName)` cannot be built here: \(reason)", hint: remedy)
        }
        let name = ".scripts/" + BoxBuild.script(for: variant.subdir)
        let script = feedstock.root.pushing(FilePath(name))
        guard script.exists else {
            throw WorkspaceError.unavailable("the feedstock has no `\(name)`", hint: "render it with conda-smithy for \(variant.subdir)")
        }
        let description = try MachineDescription(reading: boxes.folder.pushing(FilePath(box.vagrantfile)))
        let plan = JournalEvent.Planned(
            variant: variant.configName, variantSHA256: variant.sha256, subdir: variant.subdir, label: workspace.settings.label,
            // Nobody but its maker has the box; what can be said of the machine are the files that describe it.
            image: "vagrant:\(box.vagrantfile)", imageID: "sha256:" + description.digest.hexadecimal, imageDigests: [],
            engine: "vagrant" + (boxes.provider.map { " with \($0)" } ?? ""), script: name, scriptSHA256: try SHA256Digest(ofFile: script))
        let known = await session.state.variants.first { $0.name == variant.configName }
        if known?.planned != plan { try await session.record(.planned(plan)) }
        if continuesKept { throw WorkspaceError.nothingTo("continue", needs: "a machine cannot be continued in; build again") }
        let started = begin(variant, known)
        let folder = workspace.buildFolder(of: variant.configName)
        try folder.createDirectory()
        if known?.status != .building(started) { try await session.record(.buildStarted(started)) }
        let machine = VagrantMachine(
            folder: boxes.folder.pushing(FilePath(box.vagrantfile)), shell: box.shell, executable: boxes.executable, environment: boxes.environment)
        let build = BoxBuild(
            feedstock: feedstock.root, variant: variant.configName, subdir: variant.subdir, machine: machine, provider: boxes.provider,
            folder: folder.appending("attempt-\(started.attempt)"), runID: started.runID, feedstockName: feedstock.name + "-feedstock",
            commit: feedstock.checkout.commit, remoteURL: feedstock.checkout.remoteURL ?? "", jobs: jobs, keepsFailedMachine: keepsFailedContainer,
            showsEveryLine: showsEveryLine)
        let outcome = try await build.run(onEvent: onEvent)
        history?.append(BuildNeeds(outcome), of: feedstock.name)
        let host = ["box": box.title, "system": ProcessInfo.processInfo.operatingSystemVersionString]
        return try await settle(outcome, of: started, in: folder, host: host)
    }
}
