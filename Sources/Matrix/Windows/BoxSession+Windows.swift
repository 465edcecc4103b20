import Files
import Machines
import Processes
import Synchronization
import SystemPackage

extension BoxSession {
    /// Brings an environment to its place in the machine, once.
    func bringToWindows(_ place: WindowsPlace) async throws(MachineError) {
        guard environments.prefixes.withLock({ !$0.contains(place.prefix.string) }) else { return }
        try await unpackOnWindows(place.archive, to: place.path)
        environments.prefixes.withLock { _ = $0.insert(place.prefix.string) }
    }

    /// Where the test is that runs; one runs at a time, and the next takes away what it left.
    var windowsFolder: String { WindowsPlace.work + "\\" + name }

    /// One file is copied and one line run, as each takes seconds by WinRM.
    ///
    /// Windows has a `tar` that reads ZIP files since version 10.0.17063; before, .NET does it.
    func unpackOnWindows(_ archive: FilePath, to folder: String) async throws(MachineError) {
        let there = folder + ".zip"
        try await machine.upload(archive, to: there)
        let unpack =
            hasTar
            ? "tar -xf \(there) -C \(folder)"
            : "powershell -NoProfile -NonInteractive -Command \"$ErrorActionPreference='Stop';"
                + "Add-Type -AssemblyName System.IO.Compression.FileSystem;[IO.Compression.ZipFile]::ExtractToDirectory('\(there)','\(folder)')\""
        let last = Mutex("")
        let exit = try await machine.run(
            "(if exist \(folder) rmdir /s /q \(folder)) & mkdir \(folder) & \(unpack)", timeout: .seconds(1800)
        ) { line in if !line.text.isEmpty { last.withLock { $0 = line.text } } }
        guard exit.isSuccess else {
            throw .refused(action: "unpack what was brought into the machine", reason: "\(exit): \(last.withLock { $0 })")
        }
    }

    /// Takes away what is ours from a machine that is somebody's. What cannot be removed harms nobody, and the next session removes it.
    func clearWindows() async {
        let folders = [windowsFolder, WindowsPlace.environments].map { "(if exist \($0) rmdir /s /q \($0))" }
        let machine = machine
        _ = await uncancelled {
            try? await machine.run("\(folders.joined(separator: " & ")) & del /q \(WindowsPlace.work)\\*.zip", timeout: .seconds(300)) { _ in }
        }
    }

    private var hasTar: Bool {
        let numbers = (system.windows ?? "").split(separator: ".").map { Int($0) ?? 0 }
        return numbers.count > 2 && (numbers[0] > 10 || numbers[0] == 10 && numbers[2] >= 17063)
    }
}
