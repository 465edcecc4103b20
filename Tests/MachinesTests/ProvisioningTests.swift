import Files
import Foundation
import Machines
import Processes
import SystemPackage
import TestSupport
import Testing

/// The toolchain of the macOS builders, provisioned by a real Vagrant in a Debian whose few words of macOS are planted (about 30 s).
@Suite(.timeLimit(.minutes(8))) struct ProvisioningTests {
    /// What the provisioner calls of macOS. The Command Line Tools are there when `/opt/tools` is.
    private static let planted: [(String, String)] = [
        ("sw_vers", "echo 'ProductVersion: 10.11.6'"),
        (
            "xcode-select",
            // The tools of the update are there until their package is.
            """
            package=/tmp/hallmark-installers/CommandLineTools.pkg
            if [ -d /opt/tools ] && { [ ! -f $package ] || grep -q installer /var/log/planted; }; then echo /opt/tools; exit; fi
            echo 'error: unable to get active developer directory' >&2
            exit 2
            """
        ),
        (
            "softwareupdate",
            #"""
            if [ "$1" = --list ]; then
              [ -e /tmp/.com.apple.dt.CommandLineTools.installondemand.in-progress ] || exit 0
              echo 'Software Update found the following new or updated software:'
              printf '   * Command Line Tools (OS X 10.11)-7.3\n\tCommand Line Tools (OS X 10.11) (7.3), 150000K [recommended]\n'
              printf '* Label: Command Line Tools for Xcode-16.0\n\tTitle: Command Line Tools for Xcode\n   * Something Else-1.0\n'
            else
              echo "update $2" >>/var/log/planted && mkdir /opt/tools
            fi
            """#
        ),
        ("installer", "echo \"installer $*\" >>/var/log/planted && test -f \"$2\""),
        ("shasum", "shift 2; sha256sum \"$@\""),
    ]

    @Test func `the toolchain is made once, from the installers that are there, and a missing one is named`() async throws {
        try await TestBox.with { box in
            let file = box.folder.appending("Vagrantfile")
            let programs = Self.planted.map { name, text in
                "cat >/usr/local/bin/\(name) <<'END'\n#!/bin/sh\n\(text)\nEND\nchmod +x /usr/local/bin/\(name)\n"
            }
            try box.folder.appending("plant.sh").replaceContents(with: programs.joined())
            let text = try file.text()
            let place = try #require(text.range(of: "machine.vm.provider"))
            try file.replaceContents(
                with: "require \"\(Repository.root.pushing("vagrant/boxes.rb"))\"\n" + text[..<place.lowerBound]
                    + "machine.vm.provision \"plant\", type: \"shell\", path: \"plant.sh\"\nHallmarkBox.macos_toolchain(machine)\n"
                    + text[place.lowerBound...])
            let installers = box.folder.appending("installers")
            try installers.createDirectory()
            let machine = VagrantMachine(folder: box.folder, environment: box.environment)
            func provision(_ name: String = "toolchain,installers") async throws -> ProcessResult {
                try await Command(
                    "vagrant", ["provision", "--provision-with", name],
                    environment: .inherited(adding: box.environment.merging(["HALLMARK_INSTALLERS": installers.string]) { $1 }),
                    workingDirectory: box.folder, timeout: .seconds(120)
                ).run()
            }
            // Without installers the machine is there and the toolchain is not.
            let error = await #expect(throws: MachineError.self) { try await machine.up(provider: "docker", timeout: .seconds(180)) }
            #expect(error?.message.contains("Miniforge3.sh is not there: name the folder that holds it in HALLMARK_INSTALLERS") == true)

            try installers.appending("Miniforge3.sh").replaceContents(
                with: "test \"$1 $2\" = '-b -p' && mkdir -p \"$3/bin\" && echo miniforge | sudo tee -a /var/log/planted\n"
                    + "printf '#!/bin/sh\\necho conda 24.3.0\\n' >\"$3/bin/conda\" && chmod +x \"$3/bin/conda\"\n")
            try box.folder.pushing("sdk/MacOSX10.13.sdk").createDirectory()
            try box.folder.pushing("sdk/MacOSX10.13.sdk/SDKSettings.plist").replaceContents(with: "x")
            _ = try await Command(
                "tar", ["-czf", installers.appending("MacOSX10.13.sdk.tar.gz").string, "-C", box.folder.appending("sdk").string, "MacOSX10.13.sdk"]
            ).output()
            let fresh = try await provision()
            #expect(fresh.exit.isSuccess, "\(fresh.outputText)\n\(fresh.errorText)")
            let digest = try await Command("sha256sum", [installers.appending("Miniforge3.sh").string]).output().prefix(64)
            for words in [String(digest), "MacOSX10.13.sdk", "/opt/tools", "conda 24.3.0"] { #expect(fresh.outputText.contains(words), "\(words)") }

            // Again, with the tools gone and their package there: nothing else is done a second time.
            try installers.appending("CommandLineTools.pkg").replaceContents(with: "x")
            let again = try await provision()
            #expect(again.exit.isSuccess, "\(again.outputText)\n\(again.errorText)")
            let log = try await Command(
                "vagrant", ["ssh", "--no-tty", "--command", "cat /var/log/planted; ls /opt/conda-sdks"],
                environment: .inherited(adding: box.environment), workingDirectory: box.folder, timeout: .seconds(60)
            ).output()
            let lines = [
                "update Command Line Tools for Xcode-16.0", "miniforge",
                "installer -pkg /tmp/hallmark-installers/CommandLineTools.pkg -target /", "MacOSX10.13.sdk",
            ]
            #expect(log.split(whereSeparator: \.isNewline).map(String.init) == lines, "\(log)")
        }
    }
}
