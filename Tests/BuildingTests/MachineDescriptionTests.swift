import Basics
import Cryptography
import Files
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Workbench

@Suite struct MachineDescriptionTests {
    @Test func `what says how a machine is made is the Vagrantfile and all that it requires`() async throws {
        let folder = Repository.root.pushing("vagrant/windows-10-build")
        let description = try MachineDescription(reading: folder)
        #expect(description.files.map(\.name) == ["Vagrantfile", "../boxes.rb"])
        let judge = try await Command(
            "sh", ["-c", "sha256sum Vagrantfile ../boxes.rb | sha256sum"], workingDirectory: folder
        ).output()
        #expect(judge.hasPrefix(description.digest.hexadecimal))
    }

    @Test func `a changed file beside it is another machine, and one whose name is not to be read is none`() async throws {
        try await TemporaryDirectory.with { folder in
            let machine = folder.appending("machine")
            try machine.createDirectory()
            try machine.appending("Vagrantfile").replaceContents(with: "require \"json\"\n  require_relative '../one'\n# require_relative \"#{x}\"\n")
            try folder.appending("one.rb").replaceContents(with: "load(\"two.rb\")\nrequire_relative 'machine/Vagrantfile.rb'\n")
            try folder.appending("two.rb").replaceContents(with: "1\n")
            try machine.appending("Vagrantfile.rb").replaceContents(with: "require_relative '../one'\n")
            let first = try MachineDescription(reading: machine)
            #expect(first.files.map(\.name) == ["Vagrantfile", "../one.rb", "../two.rb", "../machine/Vagrantfile.rb"])
            try folder.appending("two.rb").replaceContents(with: "2\n")
            #expect(try MachineDescription(reading: machine).digest != first.digest)
            try folder.appending("two.rb").replaceContents(with: "require_relative File.join(x, 'y')\n")
            #expect(throws: WorkspaceError.self) { try MachineDescription(reading: machine) }
            try folder.appending("two.rb").removeAll()
            #expect(throws: (any Error).self) { try MachineDescription(reading: machine) }
        }
    }
}
