import Foundation
import YAMLReading

/// Reads `info/tests/tests.yaml`, the list of tests that v1 recipes leave in the artifact (CEP 14's test section, as rattler-build stores it).
enum TestsYAML {
    static func tests(in data: Data) throws(YAMLError) -> [PackagedTest] {
        let document = try YAMLValue(parsing: data)
        guard !document.isNull else { return [] }
        guard let list = document.sequence else { throw .shape(path: "", problem: "a list of tests expected", document.location) }
        var tests: [PackagedTest] = []
        for (index, entry) in list.enumerated() { tests += try self.tests(in: entry, number: index + 1) }
        return tests
    }

    private static func tests(in entry: YAMLValue, number: Int) throws(YAMLError) -> [PackagedTest] {
        if let script = entry["script"] { return [try self.script(script, of: entry, number: number)] }
        if let python = entry["python"] { return try self.python(python) }
        if let perl = entry["perl"] {
            let uses = try list(perl["uses"], "perl.uses")
            let lines = uses.map { "use \($0);" } + ["print qq(ok\\n);"]
            return [generated("perl uses", uses, lines, interpreter: "perl", requirement: "perl")]
        }
        if let r = entry["r"] {
            let libraries = try list(r["libraries"], "r.libraries")
            return [generated("r libraries", libraries, libraries.map { "library(\($0))" }, interpreter: "Rscript", requirement: "r-base")]
        }
        if let ruby = entry["ruby"] {
            let requires = try list(ruby["requires"], "ruby.requires")
            return [generated("ruby requires", requires, requires.map { "require '\($0)'" }, interpreter: "ruby", requirement: "ruby")]
        }
        if let name = entry["downstream"]?.string { return [PackagedTest(title: "downstream \(name)", work: .downstream(name))] }
        if entry["package_contents"] != nil {
            return [PackagedTest(title: "package contents", work: .notRunnable(reason: "package contents are tested when the package is built"))]
        }
        let kinds = entry.mapping?.map(\.key).joined(separator: ", ") ?? "nothing"
        return [PackagedTest(title: "test \(number)", work: .notRunnable(reason: "tests of the kind `\(kinds)` are not known here"))]
    }

    /// `script` is one line, a list of lines, or a mapping that holds either as `content`.
    private static func script(_ script: YAMLValue, of entry: YAMLValue, number: Int) throws(YAMLError) -> PackagedTest {
        let isMapping = script.mapping != nil
        guard let content = isMapping ? script["content"] : script, let lines = content.strings else {
            return PackagedTest(title: "script \(number)", work: .notRunnable(reason: "the test's script is not in the artifact"))
        }
        var environment: [String: String] = [:]
        for member in script["env"]?.mapping ?? [] { environment[member.key] = member.value.string ?? "" }
        let requirements = try list(entry["requirements"]?["run"], "requirements.run")
        let folder = script["cwd"]?.string
        var interpreter = script["interpreter"]?.string
        // As rattler-build does: `cmd` goes on after a failure, so each line of a list is asked for how it ended.
        let isList = content.sequence != nil
        let batch = lines.map { isList ? "\($0)\nif %errorlevel% neq 0 exit /b %errorlevel%" : $0 }.joined(separator: "\n") + "\n"
        let isBatch = interpreter == nil || interpreter == "cmd"
        if interpreter == "bash" || interpreter == "sh" { interpreter = nil }
        return PackagedTest(
            title: "script \(number)", work: .script(text: lines.joined(separator: "\n") + "\n", interpreter: interpreter),
            requirements: requirements,
            environment: environment, files: folder.map { .prefix($0) } ?? .none, batch: isBatch ? batch : nil)
    }

    private static func python(_ python: YAMLValue) throws(YAMLError) -> [PackagedTest] {
        let imports = try list(python["imports"], "python.imports")
        let versions = try list(python["python_version"], "python.python_version")
        let checks = python["pip_check"]?.bool ?? true
        return (versions.isEmpty ? [nil] : versions.map(Optional.some)).flatMap { version in
            let requirement = version.map { "python \($0)" } ?? "python"
            let suffix = version.map { " (python \($0))" } ?? ""
            let text = imports.map { "import \($0)\n" }.joined()
            let first = PackagedTest(
                title: "imports " + imports.joined(separator: ", ") + suffix, work: .generated(text: text, interpreter: "python"),
                requirements: checks ? [requirement, "pip"] : [requirement])
            return checks ? [first, PackagedTest(title: "pip check" + suffix, work: .pipCheck, requirements: [requirement, "pip"])] : [first]
        }
    }

    private static func generated(_ what: String, _ names: [String], _ lines: [String], interpreter: String, requirement: String) -> PackagedTest {
        PackagedTest(
            title: "\(what) " + names.joined(separator: ", "),
            work: .generated(text: lines.joined(separator: "\n") + "\n", interpreter: interpreter), requirements: [requirement])
    }

    private static func list(_ value: YAMLValue?, _ path: String) throws(YAMLError) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let strings = value.strings else { throw .shape(path: path, problem: "a list of texts expected", value.location) }
        return strings
    }
}
