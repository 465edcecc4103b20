// swift-tools-version: 6.2
import PackageDescription

// The parsers of foreign bytes under libFuzzer, which comes with the Swift toolchain. `Rooms` links to the real sources.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags(["-sanitize=fuzzer", "-enable-testing"]),
]
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

func room(_ name: String, _ rooms: [String] = []) -> Target {
    .target(name: name, dependencies: rooms.map { .init(stringLiteral: $0) } + [system], path: "Rooms/\(name)", swiftSettings: settings)
}

func fuzz(_ name: String, _ rooms: [String]) -> Target {
    .target(name: name, dependencies: rooms.map { .init(stringLiteral: $0) } + [system], path: "Targets/\(name)", swiftSettings: settings)
}

let package = Package(
    name: "fuzz",
    products: [
        "FuzzZip", "FuzzBzip2", "FuzzTarGate", "FuzzJSON",
        "FuzzEnvelope", "FuzzNote", "FuzzCheckpoint", "FuzzProof", "FuzzRoster", "FuzzEvidence", "FuzzStamp",
    ].map { .library(name: $0, type: .static, targets: [$0]) },
    dependencies: [.package(url: "https://github.com/apple/swift-system", exact: "1.8.1")],
    targets: [
        .systemLibrary(name: "CArchive", path: "Rooms/CArchive", pkgConfig: "libarchive"),
        .systemLibrary(name: "COpenSSL", path: "Rooms/COpenSSL", pkgConfig: "libcrypto"),
        room("Basics"), room("Files", ["Basics"]), room("JSONReading", ["Basics"]), room("Conda", ["Basics"]),
        room("Archiving", ["Basics", "Files", "CArchive"]), room("Cryptography", ["Basics", "Files", "COpenSSL"]),
        room("Packaging", ["Basics", "Files", "JSONReading", "Archiving", "Cryptography", "Conda"]),
        room("Provenance", ["Basics", "Files", "JSONReading", "Cryptography", "Conda"]),
        room("Roster", ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Provenance"]),
        room("Ledger", ["Basics", "Files", "JSONReading", "Cryptography"]),
        room("Verification", ["Basics", "Files", "JSONReading", "Cryptography", "Conda", "Packaging", "Provenance", "Roster", "Ledger"]),
        fuzz("FuzzEnvelope", ["Provenance", "Cryptography"]), fuzz("FuzzNote", ["Ledger", "Cryptography"]), fuzz("FuzzCheckpoint", ["Ledger"]),
        fuzz("FuzzProof", ["Verification", "Ledger", "Cryptography", "Basics"]), fuzz("FuzzRoster", ["Roster", "Provenance", "Cryptography", "Basics"]),
        fuzz("FuzzEvidence", ["Verification", "JSONReading", "Cryptography", "Basics"]), fuzz("FuzzStamp", ["Cryptography"]),
        fuzz("FuzzSupport", []), fuzz("FuzzZip", ["Archiving", "Files", "FuzzSupport"]), fuzz("FuzzBzip2", ["Archiving", "Files", "FuzzSupport"]),
        fuzz("FuzzTarGate", ["Packaging", "Archiving"]), fuzz("FuzzJSON", ["Packaging", "JSONReading", "Conda"]),
    ]
)
