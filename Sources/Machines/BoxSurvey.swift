import Files
import Foundation
public import Processes
public import SystemPackage

/// Finds out which boxes can be started here, without starting or downloading anything.
public struct BoxSurvey: Sendable {
    public enum Availability: Sendable, Hashable {
        case available
        /// Both without a full stop.
        case missing(reason: String, remedy: String)
    }

    /// The folder that holds `boxes.yaml` and the Vagrantfiles.
    private let folder: FilePath
    private let executable: Command.Executable
    private let environment: [String: String]
    private let providers: [String]

    /// `environment` goes on top of ours and holds the variables that name the boxes; any one of `providers` is enough.
    public init(
        folder: FilePath, executable: Command.Executable = .name("vagrant"), environment: [String: String] = [:],
        providers: [String]? = nil
    ) {
        self.folder = folder
        self.executable = executable
        self.environment = environment
        self.providers = providers ?? ["virtualbox", "libvirt", "parallels", "vmware_desktop"]
    }

    /// Vagrant itself takes long to answer, so it is asked only where all else is there.
    public func availability(of box: Box) async -> Availability {
        func missing(_ reason: String, _ remedy: String? = nil) -> Availability { .missing(reason: reason, remedy: remedy ?? box.requires) }
        let path = ChildEnvironment.inherited(adding: environment)
        guard executable.resolved(in: path) != nil else {
            return missing("there is no program `vagrant` here", "install Vagrant; \(box.title) \(box.requires)")
        }
        guard folder.pushing(FilePath(box.vagrantfile)).appending("Vagrantfile").isRegularFile else {
            return missing("there is no Vagrantfile in `\(box.vagrantfile)`", "take the one that hallmark ships")
        }
        guard providers.contains(where: { Command.Executable.name(Self.programs[$0] ?? $0).resolved(in: path) != nil }) else {
            return missing("none of the providers \(providers.joined(separator: ", ")) is here")
        }
        // The docker provider's machines are made of an image that the Vagrantfile names.
        if providers == ["docker"] { return .available }
        guard let name = environment[box.box], !name.isEmpty else { return missing("\(box.box) names no box") }
        guard let vagrant = await said(["--version"]), vagrant.lowercased().contains("vagrant") else {
            return missing("`\(executable)` is not Vagrant")
        }
        let list = await said(["box", "list", "--machine-readable"]) ?? ""
        let boxes = list.split(whereSeparator: \.isNewline).compactMap { VagrantOutput(parsing: String($0)) }
        guard boxes.contains(where: { $0.type == "box-name" && $0.data.first == name }) else {
            return missing("the box `\(name)` is not here", "add it with `vagrant box add`, by this name")
        }
        // Before hours are spent on a machine that could not be talked to.
        let place = folder.pushing(FilePath(box.vagrantfile))
        let machine = VagrantMachine(folder: place, shell: box.shell, executable: executable, environment: environment)
        do throws(MachineError) { try await machine.validate(ignoringProvider: true) } catch {
            return missing(error.message, "`vagrant validate --ignore-provider` in `\(place)` says more")
        }
        return .available
    }

    /// What each provider is run by.
    private static let programs = [
        "virtualbox": "VBoxManage", "libvirt": "virsh", "docker": "docker", "vmware_desktop": "vmrun", "parallels": "prlctl",
    ]

    /// The output of a short question to Vagrant; nil if there is none or it fails, which both mean that it cannot be used.
    private func said(_ arguments: [String]) async -> String? {
        let variables = ["VAGRANT_CHECKPOINT_DISABLE": "1"].merging(environment) { $1 }
        let command = Command(executable, arguments, environment: .inherited(adding: variables), timeout: .seconds(60))
        return try? await command.output()
    }
}
