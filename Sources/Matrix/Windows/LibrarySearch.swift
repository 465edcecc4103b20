import Files
import Foundation
import SystemPackage

/// Finds the library that kept a program of an environment from starting, which Windows does not name to anybody who has no window.
struct LibrarySearch: Sendable {
    let place: WindowsPlace
    /// What lies in the system's own folder of libraries, in small letters.
    let systemLibraries: Set<String>
    /// True since Windows 10: names of the kind `api-ms-win-…` stand for no files there.
    let hasVirtualLibraries: Bool

    /// The first library that is nowhere, and the file of the environment that names it; `program` is relative to the environment.
    func missing(for program: String) -> (library: String, neededBy: String)? {
        var open = [program]
        var seen: Set<String> = [program.lowercased()]
        let own = program.split(separator: "/").dropLast().joined(separator: "/")
        while !open.isEmpty {
            let file = open.removeFirst()
            guard let data = try? place.prefix.pushing(FilePath(file)).contents(limit: 256 << 20), let executable = PortableExecutable(data) else {
                continue
            }
            for library in executable.imports {
                let name = library.lowercased()
                guard seen.insert(name).inserted, !isOfSystem(name) else { continue }
                guard let found = ([own] + place.folders).lazy.compactMap({ place.file(library, in: $0) }).first else { return (library, file) }
                if seen.insert(found.lowercased()).inserted { open.append(found) }
            }
        }
        return nil
    }

    private func isOfSystem(_ name: String) -> Bool {
        systemLibraries.contains(name) || hasVirtualLibraries && (name.hasPrefix("api-ms-") || name.hasPrefix("ext-ms-"))
    }
}
