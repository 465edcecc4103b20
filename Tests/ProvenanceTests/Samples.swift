import Basics
import Conda
import Cryptography
import Foundation
import Provenance

/// One statement of every kind, about one artifact.
enum Samples {
    static let name = "qt-main-5.15.8-h0_1.conda"
    static let sha256 = SHA256Digest(of: "the artifact")

    static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(parsing: text) else { throw ProvenanceError.statementMalformed(text) }
        return time
    }

    static func build(_ step: BuildProvenance.Step = .build) throws -> BuildProvenance {
        BuildProvenance(
            step: step,
            parameters: .init(
                feedstock: "qt-main", subdir: .linux64, variant: "linux_64_", commit: String(repeating: "a1", count: 20), label: .manual,
                reason: "time",
                request: "https://example.org/pull/7"),
            internalParameters: ["engine": "podman 4.3.1", "cpus": "2"],
            dependencies: [
                .init(name: ResourceDescriptor.Name.image, uri: "docker://localhost/builder", sha256: SHA256Digest(of: "image")),
                .init(
                    name: ResourceDescriptor.Name.feedstock, uri: "git+https://example.org/qt-main",
                    digest: ["gitCommit": String(repeating: "a1", count: 20)]),
                .init(name: ResourceDescriptor.Name.recipe, sha256: SHA256Digest(of: "recipe")),
            ],
            builderID: HallmarkURI.person("alice"), builderVersion: ["hallmark": "0.1.0"], invocationID: "run-1",
            startedOn: try time("2026-11-21T10:00:00Z"), finishedOn: try time("2026-11-21T14:30:00Z"),
            byproducts: [.init(name: ResourceDescriptor.Name.auditRecord, sha256: SHA256Digest(of: "audit"), mediaType: "application/json")])
    }

    static func predicates() throws -> [StatementPredicate] {
        [
            .build(try build()), .build(try build(.embed)),
            .test(
                TestResult(
                    cell: "debian12", outcome: "passed", expected: "passed",
                    image: .init(uri: "docker://debian:12", sha256: SHA256Digest(of: "debian")),
                    environment: SHA256Digest(of: "lock"), cellResult: SHA256Digest(of: "result"), passedTests: ["import", "run"])),
            .test(TestResult(cell: "alpine", outcome: "uninstallable", expected: "uninstallable", reason: "no `__glibc`")),
            .test(TestResult(cell: "win10", outcome: "unavailable", expected: "passed")),
            .test(TestResult(cell: "fedora", outcome: "failed", expected: "passed", failedTests: ["import"])),
            .review(
                VerificationSummary(
                    verifierID: HallmarkURI.person("bob"), timeVerified: try time("2026-11-21T15:00:00Z"),
                    resourceURI: PackageURL.of(try ArtifactName(parsing: name), subdir: .linux64), policy: SHA256Digest(of: "roster"),
                    inputAttestations: [SHA256Digest(of: "one"), SHA256Digest(of: "two")], accepted: true, remarks: "looks “good”\n")),
            .publish(PublishAttestation(target: try Channel(server: "https://conda.anaconda.org", owner: "conda-forge", label: .manual))),
            .withdrawal(Withdrawal(reason: "broken", supersededBy: SHA256Digest(of: "new"))),
        ]
    }

    static func statement(_ predicate: StatementPredicate) -> Statement {
        Statement(subject: .init(name: name, sha256: sha256), predicate: predicate)
    }
}
