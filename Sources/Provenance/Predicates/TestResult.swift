public import Basics
public import JSONReading

/// How one cell of the matrix ended: in-toto's test-result v0.1, one statement a cell.
///
/// The predicate knows three results; our own word for the outcome and the one that was expected stand beside it as annotations of the cell.
public struct TestResult: Hashable, Sendable {
    public static let type = "https://in-toto.io/attestation/test-result/v0.1"

    public enum Result: String, Hashable, Sendable { case passed = "PASSED", warned = "WARNED", failed = "FAILED" }

    public var cell: String
    /// `passed`, `failed`, `uninstallable`, `timed-out`, `unavailable`, `spurious`.
    public var outcome: String
    public var expected: String
    public var reason: String?
    /// The image by its name and digest; nil where no image was found.
    public var image: ResourceDescriptor?
    /// The lock of the environment that the tests ran in.
    public var environment: SHA256Digest?
    /// The file that holds the cell's full result.
    public var cellResult: SHA256Digest?
    public var passedTests: [String]
    public var failedTests: [String]

    public init(
        cell: String, outcome: String, expected: String, reason: String? = nil, image: ResourceDescriptor? = nil, environment: SHA256Digest? = nil,
        cellResult: SHA256Digest? = nil, passedTests: [String] = [], failedTests: [String] = []
    ) {
        self.cell = cell
        self.outcome = outcome
        self.expected = expected
        self.reason = reason
        self.image = image
        self.image?.name = ResourceDescriptor.Name.image
        self.environment = environment
        self.cellResult = cellResult
        self.passedTests = passedTests
        self.failedTests = failedTests
    }

    /// What the words come to: a cell that ended as expected passed, one that could not run warns, every other failed.
    public var result: Result {
        switch (outcome, outcome == expected) {
        case ("unavailable", _), ("spurious", _): .warned
        case ("passed", true), ("uninstallable", true): .passed
        default: .failed
        }
    }

    public init(_ value: JSONValue) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: "predicate")
        guard let result = Result(rawValue: try reader.string("result")) else { throw .init("`predicate.result` is none of the three results") }
        let configuration = try [ResourceDescriptor](try reader.array("configuration"), path: "predicate.configuration")
        passedTests = try reader.strings("passedTests")
        let warnedTests = try reader.strings("warnedTests")
        failedTests = try reader.strings("failedTests")
        try reader.finish()
        guard let cell = configuration.only(named: ResourceDescriptor.Name.cell), let name = cell.annotations["cell"],
            cell.uri == HallmarkURI.cell(name), let outcome = cell.annotations["outcome"], let expected = cell.annotations["expected"]
        else { throw .init("`predicate.configuration` does not name one cell with its outcome") }
        let known: Set = [
            ResourceDescriptor.Name.cell, ResourceDescriptor.Name.image, ResourceDescriptor.Name.environment, ResourceDescriptor.Name.cellResult,
        ]
        let names = configuration.map { $0.name ?? "" }
        guard Set(names).isSubset(of: known), Set(names).count == names.count,
            Set(cell.annotations.keys).isSubset(of: ["cell", "outcome", "expected", "reason"])
        else { throw .init("`predicate.configuration` holds something twice or something that is not known here") }
        self.cell = name
        self.outcome = outcome
        self.expected = expected
        reason = cell.annotations["reason"]
        image = configuration.only(named: ResourceDescriptor.Name.image)
        environment = configuration.only(named: ResourceDescriptor.Name.environment)?.sha256
        cellResult = configuration.only(named: ResourceDescriptor.Name.cellResult)?.sha256
        guard self.result == result, warnedTests.isEmpty else {
            throw .init("`predicate.result` contradicts the cell's outcome")
        }
        guard result != .passed || outcome != "passed" || failedTests.isEmpty else { throw .init("`predicate.failedTests` contradicts the result") }
    }

    public var json: JSONValue {
        var annotations = ["cell": cell, "outcome": outcome, "expected": expected]
        annotations["reason"] = reason
        var configuration = [ResourceDescriptor(name: ResourceDescriptor.Name.cell, uri: HallmarkURI.cell(cell), annotations: annotations)]
        if let image { configuration.append(image) }
        if let environment { configuration.append(.init(name: ResourceDescriptor.Name.environment, sha256: environment)) }
        if let cellResult { configuration.append(.init(name: ResourceDescriptor.Name.cellResult, sha256: cellResult)) }
        return [
            "result": .string(result.rawValue),
            "configuration": .array(configuration.map(\.json)),
            "passedTests": .array(passedTests.map { .string($0) }),
            "warnedTests": [],
            "failedTests": .array(failedTests.map { .string($0) }),
        ]
    }
}
