import Files
import Foundation
import Processes
import SystemPackage
import Testing

@testable import Recipes

/// Clones from a bare repository that stands for the server, with a pull request as GitHub keeps it.
@Suite struct FeedstockCloneTests {
    private func withServer(_ body: (_ fixture: FeedstockFixture, _ address: String, _ head: String) async throws -> Void) async throws {
        try await FeedstockFixture.with { fixture in
            let server = fixture.root.removingLastComponent().appending("server").appending("libassay-feedstock.git")
            try server.removingLastComponent().createDirectory()
            try await fixture.git("checkout", "--quiet", "-b", "fix")
            try fixture.write("recipe/build.sh", "#!/bin/sh\nmake all install\n")
            try await fixture.commit()
            let head = try await fixture.git("rev-parse", "HEAD")
            try await fixture.git("clone", "--quiet", "--bare", ".", server.string)
            try await fixture.git("--git-dir", server.string, "update-ref", "refs/pull/7/head", head)
            try await fixture.git("--git-dir", server.string, "update-ref", "-d", "refs/heads/fix")
            try await fixture.git("--git-dir", server.string, "symbolic-ref", "HEAD", "refs/heads/main")
            try await body(fixture, "file://\(server)", head)
        }
    }

    @Test func `a pull request's head is cloned, and its own commits are no branch's`() async throws {
        try await withServer { fixture, address, head in
            let target = fixture.root.removingLastComponent().appending("clone")
            try await FeedstockClone(address: address, target: target, pullRequest: 7).run()
            let pullRequest = try await PullRequest.ask(7, ofCheckoutAt: target)
            #expect(pullRequest.head == head)
            let feedstock = try await Feedstock.open(target, pullRequest: pullRequest)
            #expect(feedstock.checkout.commit == head && feedstock.checkout.branch == nil)
            #expect(feedstock.refusals.isEmpty)
        }
    }

    @Test func `a checkout that is not at the pull request's head is refused, and a newer head than the approved commit is said`() async throws {
        try await withServer { fixture, address, head in
            let target = fixture.root.removingLastComponent().appending("clone")
            try await FeedstockClone(address: address, target: target, pullRequest: 7).run()
            let pullRequest = try await PullRequest.ask(7, ofCheckoutAt: target)
            let main = try await fixture.git("rev-parse", "main")
            _ = try await Command("git", ["-C", target.string, "checkout", "--quiet", "--detach", main]).output()
            #expect(try await Feedstock.open(target, pullRequest: pullRequest).refusals == [.otherCommit(expected: head, found: main)])
            let approved = try await Feedstock.open(target, expecting: main, pullRequest: pullRequest)
            #expect(approved.refusals.isEmpty)
            #expect(approved.oddities.contains(.pullRequestMoved(number: 7, head: head, expected: main)))
        }
    }

    @Test func `a commit that was approved is cloned at, and one that is not there leaves nothing behind`() async throws {
        try await withServer { fixture, address, _ in
            let folder = fixture.root.removingLastComponent()
            let main = try await fixture.git("rev-parse", "main")
            let target = folder.appending("clone")
            try await FeedstockClone(address: address, target: target, commit: main).run()
            #expect(try await Feedstock.open(target).checkout.commit == main)
            let missing = FeedstockClone.folderName(of: address) + "-missing"
            await #expect(throws: FeedstockError.self) {
                try await FeedstockClone(address: address, target: folder.appending(missing), commit: String(repeating: "0", count: 40)).run()
            }
            #expect(!folder.appending(missing).exists)
        }
    }

    @Test func `an address with a secret, an option and a transport that runs programs are refused`() async throws {
        for address in ["https://ada:secret@example.org/x-feedstock", "https://token@example.org/x-feedstock", "ssh://ada:secret@example.org/x"] {
            #expect(throws: FeedstockError.addressHoldsSecret) { try FeedstockClone(address: address, target: "/tmp/x") }
        }
        #expect(throws: FeedstockError.self) { try FeedstockClone(address: "--upload-pack=touch /tmp/owned", target: "/tmp/x") }
        try await TemporaryDirectory.with { folder in
            let marker = folder.appending("owned")
            await #expect(throws: FeedstockError.self) {
                try await FeedstockClone(address: "ext::touch \(marker)", target: folder.appending("x")).run()
            }
            #expect(!marker.exists)
        }
    }

    @Test(arguments: [
        ("https://github.com/conda-forge/x-feedstock", "https://github.com/conda-forge/x-feedstock/pull/3"),
        ("git@github.com:conda-forge/x-feedstock.git", "https://github.com/conda-forge/x-feedstock/pull/3"),
        ("ssh://git@github.com/conda-forge/x-feedstock.git", "https://github.com/conda-forge/x-feedstock/pull/3"),
        ("https://example.org/github.com/x", nil), ("file:///srv/x-feedstock.git", nil),
    ])
    func `a pull request's page is named where the server's pages are known`(remote: String, page: String?) {
        #expect(PullRequest.page(3, of: remote) == page)
    }

    @Test func `a setting that changed after rendering is odd`() async throws {
        try await FeedstockFixture.with { fixture in
            #expect(try await !Feedstock.open(fixture.root).oddities.contains(.renderedBefore(["conda-forge.yml"])))
            try fixture.write("conda-forge.yml", "conda_build_tool: rattler-build\nprovider: {linux_aarch64: azure}\n")
            try await fixture.commit()
            #expect(try await Feedstock.open(fixture.root).oddities.contains(.renderedBefore(["conda-forge.yml"])))
            try fixture.write(".ci_support/linux_aarch64_.yaml", FeedstockFixture.variant.replacingOccurrences(of: "linux-64", with: "linux-aarch64"))
            try await fixture.commit()
            #expect(try await !Feedstock.open(fixture.root).oddities.contains(.renderedBefore(["conda-forge.yml"])))
        }
    }

    @Test func `a registry that is one file says the same as a checkout`() throws {
        try TemporaryDirectory.withSync { folder in
            let file = folder.appending("feedstock-outputs.json")
            try file.replaceContents(with: #"{"qt-main": ["qt-main"], "r": ["r-base", "r"]}"#)
            let registry = try OutputRegistry.read(file)
            func verdict(_ name: String, _ feedstock: String) throws -> OutputRegistry.Verdict {
                try registry.verdict(on: RecipeOutline.Output(name: name), of: feedstock)
            }
            #expect(try verdict("qt-main", "qt-main") == .registered)
            #expect(try verdict("r", "qt-main") == .registeredTo(["r-base", "r"]))
            #expect(try verdict("new", "qt-main") == .unregistered)
            try file.replaceContents(with: #"{"qt-main": "qt-main"}"#)
            #expect(throws: FeedstockError.self) { try OutputRegistry.read(file) }
        }
    }
}
