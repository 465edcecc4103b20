import Files
import Foundation
import Processes
import SystemPackage

@testable import Recipes

/// A rendered feedstock in a git repository of its own.
struct FeedstockFixture {
    let root: FilePath

    static let variant = """
        c_stdlib:
        - sysroot
        c_stdlib_version:
        - '2.17'
        channel_sources:
        - conda-forge/label/a_rc,conda-forge
        channel_targets:
        - conda-forge main
        docker_image:
        - quay.io/condaforge/linux-anvil-x86_64:alma9
        target_platform:
        - linux-64
        zip_keys:
        - - c_stdlib_version
          - docker_image

        """

    static let files: [String: String] = [
        "conda-forge.yml":
            "conda_build_tool: rattler-build\nconda_forge_output_validation: true\nbot: {automerge: true}\nprovider: {linux_64: azure}\n",
        "recipe/recipe.yaml": """
        context: {name: Lib-Assay, version: "1.10"}
        recipe: {name: "${{ name | lower }}-split", version: "${{ version }}"}
        build: {number: 3}
        outputs:
        - package: {name: "${{ name|lower }}"}
        - if: linux
          then:
            package: {name: "${{ name|lower }}-tools"}
        - staging: {name: cache}
        - package: {name: "${{ pin(name) }}"}
        extra: {feedstock-name: libassay}

        """,
        "recipe/build.sh": "#!/bin/sh\nmake install\n",
        ".ci_support/linux_64_.yaml": variant,
        ".ci_support/migrations/x.yaml": "migrator_ts: 1\n",
        ".ci_support/README": "generated\n",
        ".scripts/run_docker_build.sh": "#!/bin/sh\n",
        "build-locally.py": "\n",
        ".gitignore": "build_artifacts\n*.swp\n",
    ]

    /// Makes the repository in a folder that lives as long as `body` runs; `changes` replaces files, nil leaves one out.
    static func with(_ changes: [String: String?] = [:], _ body: (FeedstockFixture) async throws -> Void) async throws {
        try await TemporaryDirectory.with { folder in
            let fixture = FeedstockFixture(root: folder.appending("libassay-feedstock"))
            for (path, text) in files.merging(changes.compactMapValues { $0 }, uniquingKeysWith: { $1 }) where changes[path] != .some(nil) {
                try fixture.write(path, text)
            }
            try fixture.root.createDirectory()
            try await fixture.git("init", "--quiet", "--initial-branch=main")
            try await fixture.git("remote", "add", "origin", "https://me:secret@example.org/conda-forge/libassay-feedstock.git?token=secret")
            try await fixture.commit()
            try await body(fixture)
        }
    }

    func write(_ path: String, _ text: String) throws {
        let place = root.pushing(FilePath(path))
        try place.removingLastComponent().createDirectory()
        try place.replaceContents(with: text)
    }

    func commit() async throws {
        try await git("add", "--all", "--force")
        try await git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "--allow-empty", "--message=Render")
    }

    @discardableResult func git(_ arguments: String...) async throws -> String {
        try await Command("git", ["-C", root.string] + arguments, environment: .inherited(adding: ["GIT_CONFIG_GLOBAL": "/dev/null"])).output()
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
