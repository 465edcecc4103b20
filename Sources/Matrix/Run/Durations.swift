import Conda
import Files
import Foundation
import JSONReading
public import SystemPackage

/// How long each package took in each cell when it was last tested, for planning; builds of one package share it.
public struct Durations: Sendable, Hashable {
    private var seconds: [String: Double]

    /// What the file says; nothing where there is none or it cannot be read, as it is only for planning.
    public init(reading path: FilePath) {
        guard path.exists, let data = try? path.contents(limit: 16 << 20), let seconds = try? StrictJSON.decode([String: Double].self, from: data)
        else {
            self.seconds = [:]
            return
        }
        self.seconds = seconds
    }

    /// Nil where it was never measured.
    public subscript(subject: Subject, cell: Cell) -> Double? { seconds["\(subject.name.package) \(cell.id)"] }

    func adding(_ results: [CellResult]) -> Durations {
        var copy = self
        for result in results where result.outcome.kind.isVerdict {
            copy.seconds["\(result.artifact.name.package) \(result.cell.id)"] = result.duration
        }
        return copy
    }

    func write(to path: FilePath) throws(MatrixError) {
        let data: Data
        do throws(JSONError) { data = try StrictJSON.encode(seconds, pretty: true) } catch { throw .json(path, error) }
        do throws(FileError) { try path.replaceContents(with: data) } catch { throw .file(error) }
    }
}
