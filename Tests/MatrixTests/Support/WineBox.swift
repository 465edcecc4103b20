import Files
import Foundation
import Machines
import Processes
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

/// A stand-in for Vagrant with a machine of Windows: wine in a folder of its own, whose `cmd` runs what WinRM would bring to it.
///
/// That is not Windows. Real are `cmd`, its batch files, environment and exit codes, and that programs of Windows are loaded; it has no `tar` and no
/// PowerShell, whose few lines the stand-in does itself. As Vagrant does, it ends with 1 for every code but zero.
struct WineBox: Sendable {
    let folder: FilePath
    static let box = Box(
        name: "windows", title: "a Windows", subdir: "win-64", vagrantfile: "windows", box: "UNUSED", shell: .winrm, requires: "nothing")
    var settings: BoxSettings { BoxSettings(folder: folder, executable: .path(folder.appending("vagrant"))) }
    var machine: FilePath { folder.appending("windows") }
    /// What Vagrant was asked, and what the machine was given to run, line by line.
    var said: [String] { ((try? machine.appending("said").text()) ?? "").split(separator: "\n").map(String.init) }

    static func with(_ body: (WineBox) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            let box = WineBox(folder: folder)
            try box.machine.createDirectory()
            try folder.appending("vagrant").replaceContents(
                with: program(folder), permissions: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
            var trouble: (any Error)?
            do { try await body(box) } catch { trouble = error }
            // Nothing of wine's goes on after this.
            _ = try await Command(.path(folder.appending("vagrant")), ["destroy"], workingDirectory: box.machine).run()
            if let trouble { throw trouble }
        }
    }

    func become(_ version: String) async throws {
        _ = try await Command(.path(folder.appending("vagrant")), ["become", version], workingDirectory: machine).output()
    }

    private static func program(_ folder: FilePath) -> String {
        #"""
        #!/bin/bash
        set -f
        export WINEPREFIX=\#(folder)/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=;winedbg.exe=' HOME=\#(folder)
        there() { printf '%s' "${1//\\//}" | sed "s|^C:|$WINEPREFIX/drive_c|"; }
        unpacked() { python3 -m zipfile -e "$(there "$1")" "$(there "$2")"; }
        case $1 in
          status) if [ -e up ]; then state=running; else state=not_created; fi; echo "1,test,state,$state" ;;
          up)
            [ -d "$WINEPREFIX" ] || wineboot -i >boot.log 2>&1 || exit 1
            cp \#(folder)/launch.exe "$WINEPREFIX/drive_c/windows/launch.exe"
            # Or it goes after three seconds, and every start of it takes one.
            wineserver -p
            touch up; echo up >>said ;;
          become) wine reg add 'HKCU\Software\Wine' /v Version /d "$2" /f ;;
          upload)
            echo "upload $3" >>said
            mkdir -p "$(dirname "$(there "$3")")" && cp "$2" "$(there "$3")" ;;
          snapshot)
            echo "$*" >>said
            if [ "$2" = restore ]; then rm -rf "$WINEPREFIX/drive_c/hallmark-work"; fi ;;
          winrm)
            line=$5
            echo "$line" >>said
            case $line in
              mkdir\ *|rm\ *|test\ *) echo 'Vagrant would have made this PowerShell' >&2; exit 1 ;;
              *'& tar -xf '*)
                rest=${line##*& tar -xf }
                unpacks=${rest%%)*}
                LINE="cmd /c ${line%%& tar -xf*})" wine 'C:\windows\launch.exe'
                unpacked "${unpacks%% -C *}" "${unpacks##* -C }" || exit 1
                line="(cd .)${rest#*)}" ;;
              *ExtractToDirectory*)
                names=${line##*ExtractToDirectory(\'}
                LINE="cmd /c ${line%%& powershell *})" wine 'C:\windows\launch.exe'
                unpacked "${names%%\'*}" "$(printf '%s' "$names" | cut -d "'" -f 3)" || exit 1
                line="(cd .)${names##*\")}" ;;
              *Get-WmiObject*) wineserver -k; wineserver -p; line="(cd .)${line##*\")}" ;;
            esac
            LINE="cmd /c $line" wine 'C:\windows\launch.exe' </dev/null || exit 1 ;;
          destroy) [ ! -d "$WINEPREFIX" ] || wineserver -k; rm -f up; echo destroy >>said ;;
        esac
        """#
    }
}
