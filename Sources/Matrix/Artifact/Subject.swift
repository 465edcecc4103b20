public import Basics
public import Conda
import Cryptography
import Files
import Foundation
import JSONReading
import Packaging
public import SystemPackage
import YAMLReading

/// An artifact to be tested, read from its bytes alone: what it is called, what it asks for, and the tests it carries.
public struct Subject: Sendable, Hashable {
    public var path: FilePath
    public var name: ArtifactName
    public var sha256: SHA256Digest
    public var subdir: Subdir
    public var index: IndexJSON
    public var tests: [PackagedTest]
    /// The variant's keys and values that are texts, from `info/hash_input.json`; tests see them as variables.
    public var variant: [String: String]
    /// What its programs and libraries ask of a system.
    public var needs: BinaryNeeds
    /// `info/test`, for tests of the v0 format.
    var testFiles: [InfoFolder.File]

    /// Reads `info/` through Packaging's gate, so that nothing is installed that nobody should unpack.
    public init(reading path: FilePath) throws(MatrixError) {
        let path = path.absolute
        let info: InfoFolder
        let summary: ArtifactSummary
        do throws(PackagingError) {
            let artifact = try Artifact.open(path)
            // All of it passes the gate here: the client that installs it is not asked to be as careful.
            needs = BinaryNeeds(try artifact.inspect())
            info = try artifact.info()
            summary = try artifact.summary()
        } catch { throw .artifact(path, reason: error.message) }
        self.path = path
        name = summary.name
        sha256 = summary.digests.sha256
        index = summary.index
        guard path.lastComponent?.string == name.fileName else {
            throw .artifact(path, reason: "its file should be called `\(name)` by what it says of itself")
        }
        guard let text = summary.index.subdir else { throw .artifact(path, reason: "its `index.json` names no subdir") }
        do { subdir = try Subdir(parsing: text) } catch { throw .artifact(path, reason: error.message) }
        testFiles = info.files(in: "test")
        do throws(JSONError) { variant = try Self.variant(in: info) } catch { throw .artifact(path, reason: error.message) }
        tests = try Self.tests(in: info, path)
    }

    private static func tests(in info: InfoFolder, _ path: FilePath) throws(MatrixError) -> [PackagedTest] {
        var tests: [PackagedTest] = []
        if let file = info["tests/tests.yaml"] {
            do throws(YAMLError) { tests += try TestsYAML.tests(in: file.contents) } catch {
                throw .artifact(path, reason: "`info/tests/tests.yaml`: \(error.message)")
            }
        }
        do throws(JSONError) { tests += try InfoTestFolder.tests(in: info) } catch { throw .artifact(path, reason: error.message) }
        return tests
    }

    private static func variant(in info: InfoFolder) throws(JSONError) -> [String: String] {
        guard let file = info["hash_input.json"] else { return [:] }
        var result: [String: String] = [:]
        for member in try JSONValue(parsing: file.contents).object ?? [] {
            let isName = member.key.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || (65...90).contains($0) || $0 == 95 }
            guard isName, let first = member.key.first, !first.isNumber, let value = member.value.string else { continue }
            result[member.key] = value
        }
        return result
    }

    /// The match spec that only this file meets.
    var spec: String { "\(name.package)[version=\"==\(name.version)\", build=\"\(name.build)\", sha256=\(sha256)]" }
}
