import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

/// The table of ARCHITECTURE.md: who may import whom. Imports point down only, and each outside library has one importer.
private let rooms: [[String]] = [
    ["Basics", "CArchive", "CCurl", "COpenSSL"],
    ["Files", "JSONReading", "YAMLReading", "Processes", "Archiving", "Transport", "Cryptography"],
    [
        "Conda", "Recipes", "Packaging", "Containers", "Machines", "Matrix", "Provenance", "Roster", "Ledger", "Verification", "Publishing",
        "Checklists", "Reporting",
    ],
    ["Workbench", "ChannelServer"],
    ["TerminalUI", "Commands"],
    ["hallmark", "hallmark-channel"],
]

/// Outside libraries and C targets, each with the one room that imports it.
private let importers: [String: String] = [
    "CArchive": "Archiving", "CCurl": "Transport", "COpenSSL": "Cryptography", "Yams": "YAMLReading", "Subprocess": "Processes",
    "Mustache": "Reporting", "Hummingbird": "ChannelServer", "HummingbirdCore": "ChannelServer", "GRDB": "ChannelServer", "NIOCore": "ChannelServer",
    "NIOPosix": "ChannelServer", "HTTPTypes": "ChannelServer", "Logging": "ChannelServer", "ServiceLifecycle": "ChannelServer",
    "ArgumentParser": "Commands",
]

/// What every room may import: the language's own modules and the type for paths.
private let common: Set<String> = ["Foundation", "Synchronization", "Dispatch", "SystemPackage", "Swift"]

@Suite struct LayoutTests {
    /// (room, file, module) for every import in Sources.
    static func imports() throws -> [(room: String, file: String, module: String)] {
        var found: [(String, String, String)] = []
        let sources = Repository.root.appending("Sources")
        for room in try sources.children() where room.isDirectory {
            for file in try swiftFiles(below: room) {
                for line in try file.text().split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard let index = words.firstIndex(of: "import"),
                        words[..<index].allSatisfy({ ["public", "internal", "package", "@preconcurrency"].contains($0) })
                    else { continue }
                    var module = words[index + 1]
                    if ["struct", "class", "enum", "func", "protocol", "var", "typealias"].contains(module) { module = words[index + 2] }
                    found.append((room.lastComponent?.string ?? "", file.string, String(module.prefix { $0 != "." && $0 != ";" })))
                }
            }
        }
        return found
    }

    static func swiftFiles(below folder: FilePath) throws -> [FilePath] {
        try folder.children().flatMap { $0.isDirectory ? try swiftFiles(below: $0) : $0.string.hasSuffix(".swift") ? [$0] : [] }
    }

    static func level(of room: String) -> Int? { rooms.firstIndex { $0.contains(room) } }

    @Test func `every folder of Sources is a room of the table`() throws {
        let folders = try Repository.root.appending("Sources").children().compactMap { $0.lastComponent?.string }
        #expect(Set(folders) == Set(rooms.joined()).union(["TestSupport"]))
    }

    @Test func `imports point down only`() throws {
        let all = try Self.imports().filter { $0.room != "TestSupport" }
        #expect(all.count > 100, "the imports were not found")
        for (room, file, module) in all where module != room {
            guard let above = Self.level(of: room), let below = Self.level(of: module) else { continue }
            let beside =
                above == below && (above == 2 || (room, module) == ("Commands", "TerminalUI") || above == 1 && ["Files", "Basics"].contains(module))
            #expect(below < above || beside, "\(file) imports \(module), which is not below \(room)")
        }
    }

    @Test func `rooms of the domain do not import each other in a circle`() throws {
        var edges: [String: Set<String>] = [:]
        for (room, _, module) in try Self.imports() where Self.level(of: room) == 2 && Self.level(of: module) == 2 && room != module {
            edges[room, default: []].insert(module)
        }
        func reaches(_ start: String, _ goal: String, _ seen: Set<String>) -> Bool {
            (edges[start] ?? []).contains { $0 == goal || !seen.contains($0) && reaches($0, goal, seen.union([$0])) }
        }
        for room in edges.keys { #expect(!reaches(room, room, []), "\(room) imports itself through others") }
        #expect(edges["Conda"] == nil, "Conda imports nothing of the domain")
    }

    @Test func `each outside library has exactly one importer`() throws {
        for (room, file, module) in try Self.imports() where Self.level(of: module) == nil || importers[module] != nil {
            guard !common.contains(module), module != "TestSupport", room != "TestSupport" else { continue }
            #expect(importers[module] == room, "\(file) imports \(module)")
        }
    }

    @Test func `only Commands and TerminalUI print, read the environment or end the process`() throws {
        for room in rooms[..<4].joined() {
            let folder = Repository.root.appending("Sources").appending(room)
            guard folder.exists else { continue }
            for file in try Self.swiftFiles(below: folder) {
                for (number, line) in try file.text().split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    let code = line.prefix { _ in true }.drop { $0 == " " }
                    guard !code.hasPrefix("//") else { continue }
                    for call in [
                        " print(", "getenv(", ".environment[", "ProcessInfo.processInfo.environment", " exit(EXIT_", " exit(0", " exit(1",
                        "readLine(",
                    ]
                    where (" " + code).contains(call) {
                        Issue.record("\(file):\(number + 1) calls `\(call)`")
                    }
                }
            }
        }
    }

    @Test func `every target is compiled with the house's settings`() throws {
        let manifest = try Repository.root.appending("Package.swift").text()
        for setting in [
            ".swiftLanguageMode(.v6)", ".enableUpcomingFeature(\"ExistentialAny\")", ".enableUpcomingFeature(\"InternalImportsByDefault\")",
            ".enableUpcomingFeature(\"MemberImportVisibility\")", ".enableUpcomingFeature(\"NonisolatedNonsendingByDefault\")",
            ".treatAllWarnings(as: .error)",
        ] {
            #expect(manifest.contains(setting), "Package.swift does not hold \(setting)")
        }
        // Targets are made in three places: `room`, `tests`, and the executables; each passes the settings on.
        for maker in [".target(", ".testTarget(", ".executableTarget("] {
            for part in manifest.components(separatedBy: maker).dropFirst() {
                #expect(part.prefix(600).contains("swiftSettings: settings"), "a \(maker)…) without the settings")
            }
        }
    }

    @Test func `no file of ours is longer than 500 lines`() throws {
        for folder in ["Sources", "Tests"] {
            for file in try Self.swiftFiles(below: Repository.root.appending(folder)) {
                let count = try file.text().split(separator: "\n", omittingEmptySubsequences: false).count
                #expect(count <= 500, "\(file) has \(count) lines")
            }
        }
    }
}
