import Basics
import Files
import Foundation
import JSONReading
public import SystemPackage

/// The runs that were kept beside a folder of results: `runs/<id>.json`.
public struct MatrixHistory: Sendable, Hashable {
    /// The folder of the results.
    public let results: FilePath

    public init(results: FilePath) { self.results = results.absolute }

    private var folder: FilePath { results.appending("runs") }

    /// The runs' names, the earliest first.
    public func ids() throws(MatrixError) -> [String] {
        guard folder.exists else { return [] }
        do throws(FileError) {
            return try folder.children().filter { $0.extension == "json" }.compactMap(\.stem).sorted()
        } catch { throw .file(error) }
    }

    /// The run of that name, or whose name begins so; `last` and `previous` are names too. A path to a record's file, or to
    /// another folder of results, whose last run it then is, serves as well: runs of two machines can be compared.
    public func record(_ word: String) throws(MatrixError) -> MatrixRecord {
        let path = FilePath(word)
        if path.isRegularFile { return try MatrixRecord(reading: path) }
        if path.isDirectory, case let other = MatrixHistory(results: path), let id = try other.ids().last {
            return try MatrixRecord(reading: other.file(id))
        }
        let ids = try ids()
        let found: [String] =
            switch word {
            case "last": ids.suffix(1)
            case "previous": Array(ids.dropLast().suffix(1))
            default: ids.contains(word) ? [word] : ids.filter { !word.isEmpty && $0.hasPrefix(word) }
            }
        guard found.count == 1, let id = found.first else { throw .noSuchRun(word, known: ids) }
        return try MatrixRecord(reading: file(id))
    }

    private func file(_ id: String) -> FilePath { folder.appending(id + ".json") }

    /// Keeps a run under its own name; one that began in the same second gets a number on top.
    func keep(_ record: MatrixRecord) throws(MatrixError) -> MatrixRecord {
        var record = record
        var number = 1
        while file(record.id).exists {
            number += 1
            record.id = "\(record.started.compact)-\(number)"
        }
        let data: Data
        do throws(JSONError) { data = try StrictJSON.encode(record, pretty: true) } catch { throw .json(file(record.id), error) }
        do throws(FileError) {
            try folder.createDirectory()
            try file(record.id).replaceContents(with: data)
        } catch { throw .file(error) }
        return record
    }
}
