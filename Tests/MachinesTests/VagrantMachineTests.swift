import Files
import Foundation
import Machines
import Processes
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A real Vagrant with a real machine (about 30 s, once its image is made).
@Suite(.serialized) struct VagrantMachineTests {
    @Test func `a machine is made, used, and taken away`() async throws {
        try await TestBox.with { box in
            let machine = VagrantMachine(folder: box.folder, environment: box.environment)
            try await machine.validate()
            #expect(try await machine.state() == .notCreated)
            try await machine.up(provider: "docker", timeout: .seconds(180))
            #expect(try await machine.state() == .running)

            let lines = Mutex<[String]>([])
            let exit = try await machine.run("echo said by $(whoami); exit 7", timeout: .seconds(60)) { line in
                lines.withLock { $0.append(line.text) }
            }
            #expect(exit == .exited(7))
            #expect(lines.withLock { $0.contains("said by vagrant") })

            let file = box.folder.appending("file")
            try file.replaceContents(with: "carried over\n")
            try await machine.upload(file, to: "/tmp/carried")
            #expect(try await machine.run("grep -q 'carried over' /tmp/carried", timeout: .seconds(60)) { _ in } == .exited(0))

            try await machine.destroy()
            #expect(try await machine.state() == .notCreated)
            try await machine.destroy()
        }
    }

    @Test func `what Vagrant refuses is said in its own words`() async throws {
        try await TemporaryDirectory.with { folder in
            try folder.appending("Vagrantfile").replaceContents(with: "Vagrant.configure('2') { |c| c.vm.misspelt = 1 }\n")
            let machine = VagrantMachine(folder: folder, environment: ["VAGRANT_HOME": folder.appending("home").string])
            let error = await #expect(throws: MachineError.self) { try await machine.validate(ignoringProvider: true) }
            #expect(error?.message.contains("misspelt") == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a box that is not here says what it takes`() async throws {
        let catalogue = try BoxCatalogue(reading: Repository.root.appending("vagrant/boxes.yaml"))
        let windows = try #require(catalogue["windows-10"])
        let folder = Repository.root.appending("vagrant")
        let without = BoxSurvey(folder: folder, executable: .name("no-such-vagrant"))
        guard case .missing(let reason, let remedy) = await without.availability(of: windows) else {
            Issue.record("a machine without Vagrant has no boxes")
            return
        }
        #expect(reason == "there is no program `vagrant` here")
        #expect(remedy.contains("HALLMARK_BOX_WINDOWS_10"))

        // With a provider that is here, the box itself is what is wanting.
        try await TemporaryDirectory.with { home in
            let home = ["VAGRANT_HOME": home.string, "VAGRANT_DOTFILE_PATH": home.appending("dot").string]
            let unnamed = await BoxSurvey(folder: folder, environment: home, providers: ["podman"]).availability(of: windows)
            #expect(unnamed == .missing(reason: "HALLMARK_BOX_WINDOWS_10 names no box", remedy: windows.requires))
            let named = await BoxSurvey(
                folder: folder, environment: home.merging(["HALLMARK_BOX_WINDOWS_10": "mine/w10"]) { $1 }, providers: ["podman"]
            ).availability(of: windows)
            #expect(named == .missing(reason: "the box `mine/w10` is not here", remedy: "add it with `vagrant box add`, by this name"))
            // Debian's Vagrant has no gem for WinRM, so a box that is here is of no use.
            try await Self.addEmptyBox("mine/w10", home)
            let mute = await BoxSurvey(
                folder: folder, environment: home.merging(["HALLMARK_BOX_WINDOWS_10": "mine/w10"]) { $1 }, providers: ["podman"]
            ).availability(of: windows)
            guard case .missing(let reason, _) = mute else {
                Issue.record("a machine that cannot be talked to is not available")
                return
            }
            #expect(reason.contains("this Vagrant has no gem for it: `vagrant plugin install winrm"), "\(reason)")
            let provider = await BoxSurvey(folder: folder, environment: home, providers: ["no-such-provider"]).availability(of: windows)
            #expect(provider == .missing(reason: "none of the providers no-such-provider is here", remedy: windows.requires))
        }
    }
    /// A box with nothing in it, under the name.
    private static func addEmptyBox(_ name: String, _ environment: [String: String]) async throws {
        try await TemporaryDirectory.with { folder in
            try folder.appending("metadata.json").replaceContents(with: #"{"provider": "virtualbox"}"#)
            let file = folder.appending("empty.box")
            _ = try await Command("tar", ["-czf", file.string, "-C", folder.string, "metadata.json"]).output()
            _ = try await Command("vagrant", ["box", "add", "--name", name, file.string], environment: .inherited(adding: environment)).output()
        }
    }
}
