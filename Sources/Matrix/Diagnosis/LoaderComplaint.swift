import Foundation

/// What a dynamic loader said when it could not start or extend a program: glibc's and musl's own words.
enum LoaderComplaint: Hashable, Sendable {
    case version(symbol: String, library: String, neededBy: String)
    case library(name: String, neededBy: String?)
    case symbol(name: String, neededBy: String)

    /// The first complaint in `lines`; libraries come before symbols, because a missing library makes its symbols missing too.
    static func first(in lines: [String]) -> (complaint: LoaderComplaint, line: String)? {
        for read in [version, library, symbol] {
            for line in lines { if let complaint = read(line) { return (complaint, line) } }
        }
        return nil
    }

    /// glibc: ``x: /lib/libc.so.6: version `GLIBC_2.34' not found (required by x)``
    private static func version(_ line: String) -> LoaderComplaint? {
        guard let start = line.range(of: ": version `"), let end = line.range(of: "' not found (required by ", after: start.upperBound) else {
            return nil
        }
        let library = line[..<start.lowerBound].components(separatedBy: ": ").last ?? ""
        let file = line[end.upperBound...].prefix { $0 != ")" }
        return .version(symbol: String(line[start.upperBound..<end.lowerBound]), library: baseName(library), neededBy: String(file))
    }

    private static func library(_ line: String) -> LoaderComplaint? {
        // glibc: `x: error while loading shared libraries: libz.so.1: cannot open shared object file: No such file or directory`
        if let end = line.range(of: ": cannot open shared object file") {
            let words = line[..<end.lowerBound].components(separatedBy: ": ")
            let marks = words.firstIndex { $0 == "error while loading shared libraries" }
            let file = marks.flatMap { $0 > 0 ? words[$0 - 1] : nil }
            guard let name = words.last?.split(separator: " ").last else { return nil }
            return .library(name: baseName(String(name)), neededBy: file)
        }
        // musl: `Error loading shared library libz.so.1: No such file or directory (needed by x)`
        guard let start = line.range(of: "Error loading shared library "), let end = line.range(of: ": ", after: start.upperBound) else { return nil }
        let file = line.range(of: "(needed by ").map { line[$0.upperBound...].prefix { $0 != ")" } }
        return .library(name: String(line[start.upperBound..<end.lowerBound]), neededBy: file.map(String.init))
    }

    private static func symbol(_ line: String) -> LoaderComplaint? {
        // glibc: `x: symbol lookup error: x: undefined symbol: f, version V`, and Python's `ImportError: x.so: undefined symbol: f`
        if let start = line.range(of: ": undefined symbol: ") {
            let file = line[..<start.lowerBound].components(separatedBy: ": ").last ?? ""
            return .symbol(name: String(line[start.upperBound...].prefix { $0 != "," && $0 != " " }), neededBy: file)
        }
        // musl: `Error relocating x: f: symbol not found`
        guard let start = line.range(of: "Error relocating "), let end = line.range(of: ": symbol not found") else { return nil }
        let words = line[start.upperBound..<end.lowerBound].components(separatedBy: ": ")
        guard words.count == 2 else { return nil }
        return .symbol(name: words[1], neededBy: words[0])
    }

    private static func baseName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

extension String {
    fileprivate func range(of text: String, after start: Index) -> Range<Index>? { self[start...].range(of: text) }
}
