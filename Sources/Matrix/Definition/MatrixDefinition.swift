import Conda
public import Foundation
import YAMLReading

/// A `matrix.yaml`: which cells there are, and what is expected of each.
///
/// The file's own comments describe the format; unknown keys are refused, because such a key is a misspelt one.
public struct MatrixDefinition: Hashable, Sendable {
    /// What one test may use.
    public struct Limits: Codable, Hashable, Sendable {
        public var seconds: Int
        public var memory: Int64
        public var disk: Int64
        public var processes: Int
        public var cpus: Double

        public init(seconds: Int = 600, memory: Int64 = 2 << 30, disk: Int64 = 1 << 30, processes: Int = 512, cpus: Double = 2) {
            self.seconds = seconds
            self.memory = memory
            self.disk = disk
            self.processes = processes
            self.cpus = cpus
        }
    }

    /// What is expected of a cell, before the artifact is known.
    public enum Expectation: Hashable, Sendable {
        case outcome(Outcome.Kind)
        /// What follows from the `__glibc` bound that the artifact itself declares.
        case declared
    }

    /// Every cell, in the file's order: the axes' combinations first, with the system as the slowest axis.
    public var cells: [Cell]
    public var expectations: [(pattern: CellPattern, expectation: Expectation)] { rules.map { ($0.pattern, $0.expectation) } }
    public var limits: Limits
    /// What stands behind the words of the axis `packages`.
    public var packageSets: [String: PackageSet]
    private var rules: [Rule]

    /// A distribution's own packages, by the family of the distribution.
    public typealias PackageSet = [SystemFacts.Family: [String]]

    struct Rule: Hashable, Sendable {
        var pattern: CellPattern
        var expectation: Expectation
    }

    init(cells: [Cell], rules: [Rule], limits: Limits, packageSets: [String: PackageSet] = [:]) {
        self.packageSets = packageSets
        self.cells = cells
        self.rules = rules
        self.limits = limits
    }

    public init(parsing data: Data) throws(MatrixError) {
        let file: MatrixFile
        do { file = try YAML.decode(MatrixFile.self, from: data) } catch { throw .definition(error) }
        self = try file.definition()
    }

    /// The matrix that hallmark ships.
    public static func shipped() throws(MatrixError) -> MatrixDefinition { try MatrixDefinition(parsing: shippedText) }
    /// `matrix.yaml` as it is shipped, for people who want to start from it.
    public static var shippedText: Data { Data(PackageResources.matrix_yaml) }

    public func expectation(of cell: Cell) -> Expectation {
        rules.first { $0.pattern.matches(cell) }?.expectation ?? .declared
    }
}
