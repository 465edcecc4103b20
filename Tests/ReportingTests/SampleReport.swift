import Basics
import Reporting

/// A report as a real build would fill it: two artifacts of a hard library, nine systems, one attempt that failed.
enum SampleReport {
    /// A digest that is plainly an example.
    static func digest(_ number: UInt8) -> SHA256Digest {
        SHA256Digest(bytes: (0..<32).map { UInt8(truncatingIfNeeded: Int(number) &* 37 &+ $0 &* 91) }) ?? digest(0)
    }

    static func time(_ text: String) -> Timestamp { Timestamp(parsing: text) ?? Timestamp(seconds: 0) }

    static let library = "libassay-3.2.1-h1a2b3c4_2.conda"
    static let tools = "libassay-tools-3.2.1-h9f8e7d6_2.conda"

    static let report = BuildReport(
        title: "libassay 3.2.1",
        madeAt: time("2026-11-20T21:40:12Z"),
        madeBy: "hallmark 0.1.0",
        verdict: verdict,
        origin: origin,
        artifacts: [
            .init(
                subdir: "linux-64", fileName: library, sha256: digest(1), byteCount: 184_311_902, variant: "linux_64_",
                path: "artifacts/linux-64/\(library)",
                payloadSHA256: digest(2)),
            .init(
                subdir: "linux-64", fileName: tools, sha256: digest(3), byteCount: 2_412_004, variant: "linux_64_",
                path: "artifacts/linux-64/\(tools)",
                payloadSHA256: digest(4)),
        ],
        builds: builds,
        matrix: matrix,
        timeline: timeline,
        recipe: [
            .init("build.sh", sha256: digest(20), byteCount: 1204),
            .init("patches/0001-Use-the-system-zlib.patch", sha256: digest(21), byteCount: 3391),
            .init("recipe.yaml", sha256: digest(22), byteCount: 2780),
        ],
        checklists: [checklist],
        envelopes: [
            .init(
                sha256: digest(30), predicateType: "https://slsa.dev/provenance/v1", subject: library, signer: "Ada Lovelace",
                keyID: digest(40).hexadecimal,
                leaf: 1204),
            .init(
                sha256: digest(31), predicateType: "https://in-toto.io/attestation/test-result/v0.1", subject: library, signer: "Ada Lovelace",
                keyID: digest(40).hexadecimal, leaf: 1205),
            .init(
                sha256: digest(32), predicateType: "https://slsa.dev/verification_summary/v1", subject: library, keyID: digest(41).hexadecimal),
        ],
        log: .init(origin: "log.example.org/manual", treeSize: 1206, witnesses: 2),
        reviews: [],
        commands: [
            .init(
                "The artifact carries the builder’s signature.",
                "openssl dgst -sha256 -verify keys/ada.pem -signature \(library).sig \(library)"),
            .init(
                "The recipe inside is the commit’s.",
                "git -C libassay-feedstock archive 4f1d2c3b HEAD:recipe | tar -x -C recipe\nfind recipe -type f | cut -c8- | LC_ALL=C sort | xargs -r sha256sum"
            ),
        ],
        files: [
            .init("logs/linux_64_.log", sha256: digest(50), byteCount: 9_113_420),
            .init("audit/\(library).audit.json", sha256: digest(51), byteCount: 21_044),
            .init("audit/\(library).intoto.jsonl", sha256: digest(52), byteCount: 16_230),
            .init("journal.jsonl", sha256: digest(53), byteCount: 48_112),
        ])

    private static let verdict = BuildReport.Verdict(
        .refused, summary: "Two tests failed on CentOS 7, and no second person has reviewed `libassay` yet. It must not go to `main`.",
        steps: [
            .init("Pins and policy", .passed, ["roster version 4, pinned by its digest"]),
            .init("Artifact", .passed, ["\(library): 184 MB, sha256 as signed"]),
            .init("Signatures", .passed, ["3 envelopes and one detached signature, each by one key"]),
            .init("Roles", .passed, ["Ada Lovelace may build libassay for linux-64 until 2026-12-01"]),
            .init("Ledger", .passed, ["2 leaves in a tree of 1206"]),
            .init("Witnesses", .unchecked, ["the policy names witnesses, but the evidence holds no cosignature of `witness.example.net`"]),
            .init(
                "Rules", .failed,
                [
                    "test-failed: `centos7` ended otherwise than the plan expects",
                    "review-threshold: one review by another person is asked for, none is there",
                ]),
        ])

    private static let origin = BuildReport.Origin(
        feedstock: "libassay-feedstock", commit: "4f1d2c3b5a697887a6b5c4d3e2f1a0b9c8d7e6f5", branch: "v3.2.x",
        remoteURL: "https://github.com/conda-forge/libassay-feedstock", pullRequest: "https://github.com/conda-forge/libassay-feedstock/pull/117",
        reason: "time: CI stops after 6 hours, the build takes 9", enabledBy: "Grace Hopper (core)", builder: "Ada Lovelace",
        recipeSHA256: digest(10),
        channel: "conda-forge/label/manual", oddities: ["the feedstock has no `.scripts/run_docker_build.sh`, so our own script builds it"])

    private static let builds: [BuildReport.Build] = [
        .init(
            variant: "linux_64_", succeeded: true, attempt: 2, started: time("2026-11-20T09:02:11Z"), finished: time("2026-11-20T18:21:40Z"),
            image: "quay.io/condaforge/linux-anvil-x86_64:alma9",
            imageDigest: "quay.io/condaforge/linux-anvil-x86_64@sha256:\(digest(60).hexadecimal)", engine: "podman 4.3.1",
            phases: [
                .init("configure", seconds: 71), .init("solve", seconds: 312), .init("compile", seconds: 29_880), .init("test", seconds: 2_904),
                .init("package", seconds: 402),
            ],
            log: .init("logs/linux_64_.log", sha256: digest(50), byteCount: 9_113_420),
            samples: (0...24).map { step in
                let share = Double(step) / 24
                return .init(
                    seconds: share * 33_569, memoryBytes: Int64(2e9 + 9e9 * (share < 0.9 ? (share * 7).truncatingRemainder(dividingBy: 1) : 0.1)),
                    diskBytes: Int64(4e9 + 31e9 * share))
            }),
        .init(
            variant: "linux_64_cuda12.9", succeeded: false, reason: "the disk was full after 6 h 40 min, in the phase `compile`", attempt: 1,
            started: time("2026-11-19T20:00:00Z"), finished: time("2026-11-20T02:40:00Z"), image: "quay.io/condaforge/linux-anvil-x86_64:alma9",
            engine: "podman 4.3.1"),
    ]

    private static let matrix = BuildReport.Matrix(
        artifacts: [library, tools],
        rows: [
            .init(
                "Debian 12", detail: "glibc 2.36",
                cells: [
                    .init(.passed, log: "matrix/debian12/libassay.log", seconds: 41.2), .init(.passed, log: "matrix/debian12/tools.log", seconds: 12),
                ]),
            .init(
                "Ubuntu 22.04", detail: "glibc 2.35",
                cells: [.init(.passed, log: "matrix/ubuntu2204/libassay.log", seconds: 44), .init(.passed, seconds: 9.8)]),
            .init(
                "AlmaLinux 8", detail: "glibc 2.28",
                cells: [.init(.passed, log: "matrix/alma8/libassay.log", seconds: 52.7), .init(.passed, seconds: 14)]),
            .init(
                "CentOS 7", detail: "glibc 2.17",
                cells: [
                    .init(
                        .failed, reason: "`bin/assay` needs `GLIBC_2.27` of `libm.so.6`, the system has 2.17",
                        prediction: "as predicted: `bin/assay` needs GLIBC_2.27, and the system has 2.17", log: "matrix/centos7/libassay.log",
                        seconds: 7.4),
                    .init(.timedOut, reason: "no end after 600 s", log: "matrix/centos7/tools.log", seconds: 600),
                ]),
            .init(
                "Alpine 3.20", detail: "musl 1.2.5",
                cells: [
                    .init(
                        .uninstallable, expected: .uninstallable, reason: "nothing provides `__glibc >=2.17`", log: "matrix/alpine/libassay.log",
                        seconds: 3.1),
                    .init(.uninstallable, expected: .uninstallable, reason: "nothing provides `__glibc >=2.17`", seconds: 2.9),
                ]),
            .init(
                "Fedora 41", detail: "glibc 2.40",
                cells: [.init(.spurious, reason: "the engine stopped twice; run it again", seconds: 30), .init(.passed, seconds: 10)]),
            .init("Windows 10", cells: [.init(.unavailable, reason: "no such box on this machine"), nil]),
        ])

    private static let timeline: [BuildReport.Event] = [
        .init(time("2026-11-19T19:41:00Z"), "request", "Asked for by Ada Lovelace, enabled by Grace Hopper"),
        .init(time("2026-11-19T19:58:20Z"), "plan", "Two variants planned, the image pinned by its digest"),
        .init(time("2026-11-20T02:40:00Z"), "build", "linux_64_cuda12.9 failed: the disk was full", isTrouble: true),
        .init(time("2026-11-20T18:21:40Z"), "build", "linux_64_ built in its second attempt"),
        .init(time("2026-11-20T18:22:03Z"), "embed", "The recipe was proved to be in both packages"),
        .init(time("2026-11-20T18:31:44Z"), "matrix", "9 of the 12 cells that ran ended as expected", isTrouble: true),
        .init(time("2026-11-20T21:38:02Z"), "sign", "Two statements signed with the key of Ada Lovelace"),
        .init(time("2026-11-20T21:38:40Z"), "log", "Two leaves in log.example.org/manual"),
    ]

    private static let checklist = BuildReport.Checklist(
        "A package built by hand", signedOffBy: "Ada Lovelace", signedOffAt: time("2026-11-20T21:39:00Z"),
        lines: [
            .init("CI was tried first, and it cannot build this package.", answer: "yes"),
            .init("What does the build need more of than CI has?", answer: "time"),
            .init("The checkout holds exactly what the commit holds.", answer: "no file differs", isAutomatic: true),
            .init(
                "The package’s own tests pass on every distribution where they must.", answer: "CentOS 7 failed", state: .failed, isAutomatic: true),
            .init("Who was asked to review, and what should they look at first?", state: .open),
        ])
}
