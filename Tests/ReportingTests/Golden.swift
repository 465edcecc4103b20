import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

/// Compares with a file of the repository; on a mismatch the actual text is kept and the command that accepts it is printed.
func expectGolden(_ actual: Data, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let golden = Repository.root.appending("Tests").appending("ReportingTests").appending("Goldens").appending(name)
    let expected = golden.exists ? try golden.contents() : Data()
    guard actual != expected else { return }
    let folder = Repository.root.appending(".build").appending("goldens")
    try folder.createDirectory()
    let kept = folder.appending(name)
    try kept.replaceContents(with: actual)
    let line = zip(actual.split(separator: 10, omittingEmptySubsequences: false), expected.split(separator: 10, omittingEmptySubsequences: false))
        .prefix { $0 == $1 }.count
    Issue.record("`\(name)` differs from line \(line + 1) on; to accept it: cp \(kept) \(golden)", sourceLocation: sourceLocation)
}
