import Containers
import Files
import Foundation
import JSONReading
import Processes
import Synchronization
import SystemPackage

/// Finds out what the system in an image is, and keeps the answer by the image's id, which names its bytes.
struct SystemProbe: Sendable {
    let engine: any ContainerEngine
    let root: FilePath
    let labels: [String: String]

    /// Nil where the image cannot run `sh`.
    func facts(of image: String) async throws(MatrixError) -> SystemFacts? {
        let file = root.appending((image.split(separator: ":").last.map(String.init) ?? image) + ".json")
        // The kernel is the machine's, not the image's: another one since then, and the system is looked at again.
        let kernel = try? FilePath("/proc/sys/kernel/osrelease").text(limit: 4096).trimmingCharacters(in: .whitespacesAndNewlines)
        if file.exists, let data = try? file.contents(), let kept = try? StrictJSON.decode(Kept.self, from: data), kept.version == Kept.current,
            kernel == nil || kept.system.kernel == kernel
        {
            return kept.system
        }
        let lines = Mutex<[String]>([])
        let request = ContainerRequest(
            image: image, command: ["sh", "-c", ImageProbe.script], name: "hallmark-probe-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))",
            labels: labels, user: "65534:65534", limits: .init(memory: 512 << 20, processes: 64), hasReadOnlyRoot: true, entryPoint: "",
            timeout: .seconds(60))
        do throws(ContainerError) {
            let exit = try await engine.run(request) { line in lines.withLock { $0.append(line.text) } }
            guard exit.isSuccess else { return nil }
        } catch .cancelled { throw .cancelled } catch .commandMissing { return nil } catch { throw .container(error) }
        let facts = ImageProbe.facts(in: lines.withLock { $0 })
        do {
            try root.createDirectory()
            try file.replaceContents(with: try StrictJSON.encode(Kept(system: facts), pretty: true))
        } catch let error as FileError { throw .file(error) } catch let error as JSONError { throw .json(file, error) } catch { throw .cancelled }
        return facts
    }

    private struct Kept: Codable {
        static let current = 2
        var version = current
        var system: SystemFacts
    }
}
