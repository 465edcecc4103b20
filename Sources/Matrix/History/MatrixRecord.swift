public import Basics
public import Containers
import Files
import Foundation
import JSONReading
public import SystemPackage

/// One run of a matrix as it ended, kept whole, so that it can be shown and compared when others have followed it.
public struct MatrixRecord: Codable, Sendable, Hashable, Identifiable {
    public var version = 1
    /// When it began, such as `20261121T144700Z`: the name that the command line knows it by.
    public var id: String
    public var started: Timestamp
    public var finished: Timestamp
    /// How many cells ran at a time.
    public var jobs: Int
    public var engine: EngineFacts?
    /// The images that its cells ran in, as the engine resolved them, in the order of their references.
    public var images: [CellResult.Image]
    /// In the order of the artifacts and the plan.
    public var results: [CellResult]

    init(started: Timestamp, finished: Timestamp, jobs: Int, engine: EngineFacts?, results: [CellResult]) {
        id = started.compact
        self.started = started
        self.finished = finished
        self.jobs = jobs
        self.engine = engine
        images = Set(results.compactMap(\.image)).sorted { ($0.reference, $0.id) < ($1.reference, $1.id) }
        self.results = results
    }
}

extension MatrixRecord {
    /// Reads a record's file.
    public init(reading path: FilePath) throws(MatrixError) {
        let data: Data
        do throws(FileError) { data = try path.contents(limit: 256 << 20) } catch { throw .file(error) }
        do throws(JSONError) { self = try StrictJSON.decode(MatrixRecord.self, from: data) } catch { throw .json(path, error) }
    }
}

extension Timestamp {
    /// Without the signs that file names can do without: `20261121T144700Z`.
    var compact: String { description.filter { $0 != "-" && $0 != ":" } }
}
