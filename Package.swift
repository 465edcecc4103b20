// swift-tools-version: 6.2
import PackageDescription

/// The settings that every room is compiled with (house rule 3); `LayoutTests` holds them.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

/// A room: a library target that may import `rooms` and `outside`, and nothing else.
func room(_ name: String, _ rooms: [String] = [], outside: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(
        name: name, dependencies: rooms.map { .init(stringLiteral: $0) } + [system] + outside,
        resources: resources, swiftSettings: settings)
}

/// A room's tests.
func tests(of name: String, _ rooms: [String] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: ([name] + rooms).map { .init(stringLiteral: $0) } + [system],
        resources: resources, swiftSettings: settings)
}

func library(_ name: String, pkgConfig: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "hallmark",
    products: [
        .executable(name: "hallmark", targets: ["hallmark"]),
        .executable(name: "hallmark-channel", targets: ["hallmark-channel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        // 0  the C libraries, and the words that everybody uses
        library("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
        library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
        library("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
        room("Basics"),

        // 1  wrappers: typed errors, no conda words
        room("Files", ["Basics"]),
        room("JSONReading", ["Basics"]),
        room("YAMLReading", ["Basics"], outside: ["Yams"]),
        room("Processes", ["Basics", "Files"], outside: [.product(name: "Subprocess", package: "swift-subprocess")]),
        room("Archiving", ["Basics", "Files", "CArchive"]),
        room("Transport", ["Basics", "Files", "CCurl"]),
        room("Cryptography", ["Basics", "Files", "COpenSSL"]),

        // 2  domain
        room("Conda", ["Basics"]),
        room("Recipes", ["Basics", "Files", "JSONReading", "YAMLReading", "Cryptography", "Processes", "Conda"]),
        room("Packaging", ["Basics", "Files", "JSONReading", "YAMLReading", "Archiving", "Cryptography", "Conda"]),
        room("Containers", ["Basics", "Files", "JSONReading", "YAMLReading", "Cryptography", "Processes"]),
        room("Machines", ["Basics", "Files", "YAMLReading", "Processes"]),
        room(
            "Matrix", ["Basics", "Files", "JSONReading", "YAMLReading", "Cryptography", "Processes", "Conda", "Packaging", "Containers", "Machines"],
            resources: [.embedInCode("Resources")]),
        room("Provenance", ["Basics", "Files", "JSONReading", "Cryptography", "Conda"]),
        room("Roster", ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Provenance"]),
        room("Ledger", ["Basics", "Files", "JSONReading", "Cryptography"]),
        room("Verification", ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Packaging", "Provenance", "Roster", "Ledger"]),
        room("Publishing", ["Basics", "Files", "JSONReading", "Transport", "Cryptography", "Conda"]),
        room("Checklists", ["Basics", "Files", "JSONReading", "YAMLReading", "Cryptography"], resources: [.embedInCode("Resources")]),
        room(
            "Reporting", ["Basics", "Files", "JSONReading"], outside: [.product(name: "Mustache", package: "swift-mustache")],
            resources: [.embedInCode("Resources")]),

        // 3  use cases; the embedded channel server
        room(
            "Workbench",
            [
                "Basics", "Files", "JSONReading", "YAMLReading", "Processes", "Archiving", "Transport", "Cryptography", "Conda", "Recipes",
                "Packaging", "Containers",
                "Machines", "Matrix", "Provenance", "Roster", "Ledger", "Verification", "Publishing", "Checklists", "Reporting",
            ],
            resources: [.embedInCode("Resources")]),
        room(
            "ChannelServer",
            ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Packaging", "Provenance", "Roster", "Ledger", "Verification"],
            outside: [.product(name: "Hummingbird", package: "hummingbird"), .product(name: "GRDB", package: "GRDB.swift")]),

        // 4  the only rooms that print, prompt, read the environment or choose an exit code
        room("TerminalUI", ["Basics", "Files"]),
        room(
            "Commands",
            [
                "TerminalUI", "Workbench", "ChannelServer", "Basics", "Files", "JSONReading", "Processes", "Transport", "Conda", "Recipes",
                "Packaging",
                "Containers",
                "Machines", "Matrix", "Provenance", "Roster", "Ledger", "Verification", "Publishing", "Checklists", "Reporting", "Cryptography",
            ],
            outside: [.product(name: "ArgumentParser", package: "swift-argument-parser")]),

        // 5  executables
        .executableTarget(name: "hallmark", dependencies: ["Commands"], swiftSettings: settings),
        .executableTarget(name: "hallmark-channel", dependencies: ["Commands"], swiftSettings: settings),

        // what `make bench` measures; no product
        .executableTarget(
            name: "trust-bench",
            dependencies: ["Basics", "Files", "Cryptography", "Conda", "Provenance", "Roster", "Ledger", "Verification", system],
            path: "Benchmarks/Trust", swiftSettings: settings),

        // tests
        room("TestSupport", ["Basics", "Files", "Processes"]),
        tests(of: "Basics"),
        tests(of: "Files", ["TestSupport"]),
        tests(of: "JSONReading"),
        tests(of: "YAMLReading"),
        tests(of: "Conda"),
        tests(of: "Cryptography", ["Basics", "Files", "Processes", "TestSupport"]),
        tests(of: "Provenance", ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Processes", "TestSupport"]),
        tests(of: "Roster", ["Basics", "Files", "Cryptography", "Conda", "Provenance"]),
        tests(of: "Ledger", ["Basics", "Files", "Cryptography", "Processes", "TestSupport"]),
        tests(
            of: "Verification",
            ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Provenance", "Roster", "Ledger", "Processes", "TestSupport"]),
        tests(of: "Archiving", ["Files"]),
        tests(of: "Packaging", ["TestSupport", "Basics", "Files", "JSONReading", "Archiving", "Cryptography", "Conda"]),
        tests(of: "Workbench", ["TestSupport", "Basics", "Files"]),
        tests(
            of: "ChannelServer",
            [
                "TestSupport", "Basics", "Files", "JSONReading", "Processes", "Cryptography", "Conda", "Packaging", "Provenance", "Roster",
                "Ledger", "Verification", "hallmark-channel",
            ]),
        tests(of: "TerminalUI"),
        .testTarget(name: "LayoutTests", dependencies: ["TestSupport", "Files", system], swiftSettings: settings),
        tests(
            of: "Matrix",
            [
                "TestSupport", "Basics", "Files", "JSONReading", "Cryptography", "Processes", "Conda", "Packaging", "Containers", "Machines",
            ]),
        tests(of: "Machines", ["TestSupport", "Files", "Processes"]),
        tests(of: "Transport", ["Files"]),
        tests(of: "Publishing", ["Basics", "Files", "JSONReading", "Transport", "Cryptography", "Conda"]),
        tests(of: "Recipes", ["Basics", "Files", "Processes", "Conda"]),
        tests(of: "Checklists", ["Basics", "Files", "TestSupport"]),
        tests(of: "Reporting", ["Basics", "Files", "Processes", "TestSupport"], resources: [.copy("Goldens")]),
        tests(of: "Processes", ["Files", "TestSupport"]),
        tests(of: "Containers", ["Basics", "Files", "Processes", "TestSupport"]),
        .testTarget(
            name: "BuildingTests",
            dependencies: [
                "hallmark", "Workbench", "TestSupport", "Basics", "Files", "Processes", "Containers", "Machines", "Conda", "Cryptography",
                "JSONReading", system,
            ], swiftSettings: settings),
        tests(
            of: "Commands",
            [
                "hallmark", "TestSupport", "Basics", "Files", "Processes", "Cryptography", "Conda", "Packaging", "Provenance", "Ledger",
                "Verification",
            ]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["hallmark", "hallmark-channel", "TestSupport", "Basics", "Files", "JSONReading", "Processes", system],
            swiftSettings: settings),
    ]
)
