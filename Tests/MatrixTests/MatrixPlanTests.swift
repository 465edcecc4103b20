import Conda
import Containers
import Files
import Foundation
import Machines
import SystemPackage
import TestSupport
import Testing

@testable import Matrix

@Suite struct MatrixPlanTests {
    static func definition(_ text: String) throws -> MatrixDefinition { try MatrixDefinition(parsing: Data(text.utf8)) }

    static func image(_ name: String, _ libc: String, _ version: String) -> TestSystem {
        TestSystem(
            ImageCatalogue.Image(name: name, role: .cell, distribution: name, local: "localhost/\(name)", libc: .init(name: libc, version: version)))
    }

    @Test func `the shipped matrix names systems that the catalogues know, and only those`() throws {
        let shipped = try MatrixDefinition.shipped()
        let images = try ImageCatalogue(reading: Repository.root.appending("docker/images.yaml")).images(of: .cell).map(\.name)
        let boxes = try BoxCatalogue(reading: Repository.root.appending("vagrant/boxes.yaml")).boxes
        #expect(Set(shipped.cells.map(\.system)) == Set(images + boxes.map(\.name)))
        for box in boxes { #expect(shipped.cells.contains { $0.system == box.name && $0.subdir.name == box.subdir }) }
        #expect(shipped.limits.memory == 2 << 30)
    }

    @Test func `axes are multiplied, exclusions taken away, inclusions added`() throws {
        let definition = try Self.definition(
            """
            version: 1
            axes: {system: [a, b], subdir: [linux-64, linux-aarch64], user: [unprivileged, root], network: ["off"]}
            exclude: [{system: b, subdir: linux-a*}, {user: root, subdir: linux-aarch64}]
            include: [{system: w, subdir: win-64}, {system: a, subdir: linux-64}]
            """)
        #expect(
            definition.cells.map(\.id) == [
                "a_linux-64", "a_linux-64_root", "a_linux-aarch64", "b_linux-64", "b_linux-64_root", "w_win-64",
            ])
    }

    @Test func `every axis makes cells, whose names tell what is not as usual`() throws {
        let definition = try Self.definition(
            """
            version: 1
            axes: {system: [a], subdir: [linux-64], install: [shared, per-cell], packages: [none, gl], network: ["off", "on"]}
            exclude: [{install: per-cell, packages: gl}, {network: "on", packages: "n*", install: shared}]
            packages: {gl: {debian: [libgl1]}}
            expect: [{when: {packages: none}, outcome: failed}]
            """)
        #expect(
            definition.cells.map(\.id) == [
                "a_linux-64", "a_linux-64_with-gl", "a_linux-64_per-cell", "a_linux-64_network_with-gl", "a_linux-64_network_per-cell",
            ])
        #expect(definition.packageSets == ["gl": [.debian: ["libgl1"]]])
        #expect(definition.expectation(of: definition.cells[0]) == .outcome(.failed))
        #expect(definition.cells[3].description == "a (with network, with gl)")
        let plan = MatrixPlan(definition, systems: [], presence: [:])
        #expect(Set(plan.installing(.shared).entries.map(\.cell.install)) == [.shared] && plan.installing(.shared).entries.count == 4)
    }

    @Test func `what is pinned must be what is here`() throws {
        let definition = try Self.definition("version: 1\naxes: {system: [a, b], subdir: [linux-64]}")
        func facts(_ id: String) -> ImageFacts {
            ImageFacts(id: id, digests: ["sha256:d"], byteCount: 1, created: "", operatingSystem: "linux", architecture: "amd64")
        }
        let plan = MatrixPlan(
            definition, systems: [Self.image("a", "glibc", "2.31"), Self.image("b", "glibc", "2.31")],
            presence: ["a": .image(reference: "localhost/a", facts("one")), "b": .image(reference: "localhost/b", facts("two"))])
        var lock = ImageLock()
        try lock.confirm("localhost/a", facts("one"))
        #expect(plan.pinned(by: lock) == plan)
        lock.forget("localhost/a")
        try lock.confirm("localhost/a", facts("other"))
        #expect(plan.pinned(by: lock).entries.map(\.isAvailable) == [false, true])
    }

    @Test func `what a run will take is reckoned from what its cells took`() {
        #expect(MatrixForecast.makespan([4, 3, 3, 2, 2, 2], jobs: 2) == 8)
        #expect(MatrixForecast.makespan([], jobs: 0) == 0)
    }

    @Test(arguments: [
        ("version: 2\naxes: {system: [a], subdir: [linux-64]}", MatrixError.version(2)),
        ("version: 1\naxes: {system: [], subdir: [linux-64]}", .noCells),
        ("version: 1\naxes: {system: [../a], subdir: [linux-64]}", .systemName("../a")),
        ("version: 1\naxes: {system: [a, a], subdir: [linux-64]}", .sameCell(Cell(system: "a", subdir: .linux64))),
        ("version: 1\naxes: {system: [a], subdir: [linux-64]}\nexpect: [{when: {}, outcome: unavailable}]", .expectation("unavailable")),
        ("version: 1\naxes: {system: [a], subdir: [linux-64], packages: [gl]}", .noSuchPackages("gl")),
        ("version: 1\naxes: {system: [a], subdir: [linux-64]}\npackages: {gl: {plan9: [x]}}", .noSuchFamily("plan9")),
        ("version: 1\naxes: {system: [a], subdir: [linux-64]}\npackages: {gl: {debian: [x; reboot]}}", .packageName("x; reboot")),
        ("version: 1\naxes: {system: [a], subdir: [linux-64]}\npackages: {gl: {debian: [--force]}}", .packageName("--force")),
        ("version: 1\naxes: {system: [a], subdir: [linux-64]}\nlimits: {seconds: 0}", .limits),
    ])
    func `a matrix that means nothing is refused with its reason`(text: String, error: MatrixError) {
        #expect(throws: error) { try Self.definition(text) }
    }

    @Test(arguments: ["version: 1\naxes: {system: [a], subdir: [linux-64], usr: [root]}", "version: 1\naxes: {system: [a], subdir: [Linux]}", "- a"])
    func `a misspelt key and a word that is none are refused`(text: String) {
        #expect(throws: MatrixError.self) { try Self.definition(text) }
    }

    @Test func `a cell without its image cannot run, and the plan says what to do`() throws {
        let definition = try Self.definition("version: 1\naxes: {system: [a, b, c], subdir: [linux-64]}")
        let plan = MatrixPlan(
            definition, systems: [Self.image("a", "glibc", "2.31"), Self.image("b", "glibc", "2.31")],
            presence: ["b": .missing(reason: "the image `b` is not here", remedy: "pull it")])
        #expect(plan.entries.map(\.isAvailable) == [false, false, false])
        #expect(plan.entries[1].presence == .missing(reason: "the image `b` is not here", remedy: "pull it"))
        guard case .missing(let reason, _) = plan.entries[2].presence else { return }
        #expect(reason == "no catalogue names the system `c`")
    }

    @Test func `what is expected follows from the artifact's own bound where the matrix says nothing`() throws {
        let definition = try Self.definition(
            "version: 1\naxes: {system: [old, new, musl], subdir: [linux-64]}\nexpect: [{when: {system: musl}, outcome: uninstallable}]")
        let plan = MatrixPlan(
            definition, systems: [Self.image("old", "glibc", "2.17"), Self.image("new", "glibc", "2.36"), Self.image("musl", "musl", "1.2.5")],
            presence: [:])
        func expected(_ dependencies: [String]) -> [Outcome.Kind] { plan.entries.map { $0.expected(dependencies: dependencies) } }
        #expect(expected(["__glibc >=2.28,<3.0.a0", "libgcc"]) == [.uninstallable, .passed, .uninstallable])
        #expect(expected([]) == [.passed, .passed, .uninstallable])
        #expect(plan.entries[0].expected(dependencies: ["__glibc >=2.28"], libc: LibC(name: "glibc", version: "2.28")) == .passed)
    }

    @Test(arguments: [
        ("__glibc >=2.17,<3.0.a0", "2.17", true), ("__glibc >=2.17", "2.9", false), ("__glibc >=2.28|==2.12", "2.12", true), ("__glibc", "1.0", true),
        ("__glibc 2.17.*", "2.17", true), ("__glibc <2.30", "2.31", false), ("__glibc >2.31", "2.31", false), ("__glibc !=2.31", "2.31", false),
    ])
    func `a bound on glibc is compared number by number`(dependency: String, version: String, isMet: Bool) throws {
        let bound = try #require(GlibcBound(dependencies: ["zlib", dependency]))
        #expect(bound.isMet(by: LibC(name: "glibc", version: version)) == isMet)
        #expect(!bound.isMet(by: LibC(name: "musl", version: version)))
    }

    @Test func `an artifact meets the cells of its own subdir, and noarch all`() throws {
        let plan = MatrixPlan(try .shipped(), systems: [], presence: [:])
        #expect(plan.entries(for: .linux64).allSatisfy { $0.cell.subdir == .linux64 })
        #expect(plan.entries(for: .noarch).count == plan.entries.count)
        #expect(
            try plan.selecting(["debian-*", "musl"]).entries.map(\.cell.system) == [
                "debian-11", "debian-12", "debian-13", "debian-testing", "debian-sid", "musl", "debian-12-aarch64",
            ])
        #expect(throws: MatrixError.self) { try plan.selecting(["plan9"]) }
    }
}
