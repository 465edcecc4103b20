import Foundation
import JSONReading
import Packaging

/// Reads `info/test`, where v0 recipes leave their tests: `run_test.sh`, `.bat`, `.py`, `.pl`, `.r`, `.lua`, and the files beside them.
enum InfoTestFolder {
    /// In the order in which conda-build runs them: Python, Perl, Lua, R, then the shell.
    private static let scripts = [
        ("run_test.py", "python", "python"), ("run_test.pl", "perl", "perl"), ("run_test.lua", "lua", "lua"), ("run_test.r", "Rscript", "r-base"),
        ("run_test.sh", "sh", nil), ("run_test.bat", "cmd", nil),
    ]

    static func tests(in info: InfoFolder) throws(JSONError) -> [PackagedTest] {
        let files = Set(info.files(in: "test").map(\.path))
        var requirements: [String] = []
        if let file = info["test/test_time_dependencies.json"] {
            let json = try JSONValue(parsing: file.contents)
            guard let list = json.array, case let texts = list.compactMap(\.string), texts.count == list.count else {
                throw .shape("`info/test/test_time_dependencies.json` is not a list of texts")
            }
            requirements = texts
        }
        return scripts.filter { files.contains($0.0) }.map { name, interpreter, package in
            PackagedTest(
                title: name, work: .file(name: name, interpreter: interpreter), requirements: requirements + (package.map { [$0] } ?? []),
                files: .infoTest)
        }
    }
}
