public import Basics
public import Conda
public import Containers
import Files
import Foundation
import JSONReading
public import SystemPackage

/// What became of one artifact in one cell, with everything that somebody needs to believe it.
public struct CellResult: Codable, Hashable, Sendable, Identifiable {
    public struct Subject: Codable, Hashable, Sendable {
        public var name: ArtifactName
        public var sha256: SHA256Digest
    }

    /// The image that the cell ran in, as the engine knew it.
    public struct Image: Codable, Hashable, Sendable {
        public var reference: String
        public var id: String
        public var digests: [String]
    }

    public struct Log: Codable, Hashable, Sendable {
        /// Beside the result's own file.
        public var file: String
        public var sha256: SHA256Digest
        public var byteCount: Int64
    }

    public var version = 1
    /// Over the artifact, its siblings, the cell, the limits and the image: a result with the same key stands, and the cell is not run again.
    public var key: SHA256Digest
    public var artifact: Subject
    public var cell: Cell
    public var expected: Outcome.Kind
    public var outcome: Outcome
    /// One sentence for people.
    public var reason: String
    /// What was to be expected from the artifact's bytes alone.
    public var prediction: Prediction?
    /// Lines of the output, or of the solver, that show it.
    public var evidence: [String]
    public var image: Image?
    /// What the system turned out to be.
    public var system: SystemFacts?
    public var virtualPackages: [VirtualPackage]
    public var solution: Solution?
    public var tests: [TestResult]
    public var started: Timestamp
    /// Seconds of wall time, without those in which it waited for its turn.
    public var duration: Double
    public var log: Log?
    public var engine: EngineFacts?

    public var id: String { "\(artifact.name)/\(cell.id)" }
    public var isGreen: Bool { outcome.isGreen(expecting: expected) }
}

/// What became of one of the artifact's tests.
public struct TestResult: Codable, Hashable, Sendable {
    public var title: String
    /// Nil when it was not run; `reason` says why.
    public var outcome: Outcome?
    public var reason: String
    public var exitCode: Int32?
    public var duration: Double
    /// The last lines of its output.
    public var lastLines: [String]

    public init(title: String, outcome: Outcome?, reason: String, exitCode: Int32? = nil, duration: Double = 0, lastLines: [String] = []) {
        self.title = title
        self.outcome = outcome
        self.reason = reason
        self.exitCode = exitCode
        self.duration = duration
        self.lastLines = lastLines
    }
}

extension CellResult {
    /// Reads a result's file.
    public init(reading path: FilePath) throws(MatrixError) {
        let data: Data
        do throws(FileError) { data = try path.contents(limit: 16 << 20) } catch { throw .file(error) }
        do throws(JSONError) { self = try StrictJSON.decode(CellResult.self, from: data) } catch { throw .json(path, error) }
    }

    func write(to path: FilePath) throws(MatrixError) {
        let data: Data
        do throws(JSONError) { data = try StrictJSON.encode(self, pretty: true) } catch { throw .json(path, error) }
        do throws(FileError) { try path.replaceContents(with: data) } catch { throw .file(error) }
    }
}
