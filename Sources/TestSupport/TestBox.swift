import Files
import Foundation
import Processes
public import SystemPackage

/// A machine that Vagrant can really start here: a Debian container with an SSH server, through its docker provider.
///
/// Vagrant talks to podman's own service on a socket, which speaks docker's language. A store of containers lies in `.cache/boxes` as long as
/// its test runs, and a lock in it says so: what a killed test left there is ended by the next.
public struct TestBox: Sendable {
    /// What kept the machine from being offered.
    public enum Failure: Error { case serviceDidNotStart }

    static let image = "localhost/hallmark-tests/vagrant:12"
    private static let settings = ["CONTAINERS_CONF": Repository.root.appending("docker/containers.conf").string]

    /// The folder of its Vagrantfile.
    public let folder: FilePath
    public let environment: [String: String]

    /// Makes the image where it is missing, starts podman's service for the length of `body`, and lays a Vagrantfile out.
    public static func with(_ body: @escaping @Sendable (TestBox) async throws -> Void) async throws {
        try await makeImage()
        try await endWhatKilledTestsLeft()
        try await TemporaryDirectory.with { folder in
            let socket = folder.appending("podman.sock")
            let machine = folder.appending("machine")
            try machine.createDirectory()
            try machine.appending("Vagrantfile").replaceContents(
                with: """
                    Vagrant.configure("2") do |config|
                      config.vm.define "test" do |machine|
                        machine.vm.synced_folder ".", "/vagrant", disabled: true
                        \(withoutForwarding)
                        machine.vm.provider "docker" do |docker|
                          docker.image = "\(image)"
                          docker.pull = false
                          docker.has_ssh = true
                          docker.remains_running = true
                        end
                      end
                    end
                    """)
            let environment = [
                "DOCKER_HOST": "unix://\(socket)", "VAGRANT_HOME": folder.appending("home").string, "VAGRANT_CHECKPOINT_DISABLE": "1",
            ]
            try await withStore { store in
                // It ends by itself when nobody asks it anything any more, as when the test was killed.
                let service = Command(
                    "podman", store + ["system", "service", "--time", "300", "unix://\(socket)"], environment: .inherited(adding: settings),
                    grace: .seconds(3))
                try await serve(service, socket) { try await body(TestBox(folder: machine, environment: environment)) }
            }
        }
    }

    /// Where the engine is root's, the machine is met at its own address: rules that forward a port outlive an engine that was killed, and
    /// lead everybody who is given the same port later to an address where nobody is. Others cannot reach that address.
    private static var withoutForwarding: String {
        geteuid() == 0 ? #"machine.vm.network "forwarded_port", id: "ssh", guest: 22, host: 2222, disabled: true"# : ""
    }

    private static let stores = Repository.root.appending(".cache/boxes")

    /// A store of its own, over the images of the usual one: Vagrant gives up when a container that it has just listed is gone,
    /// and other tests make and remove theirs meanwhile. `body` gets podman's options that name it.
    private static func withStore(_ body: @escaping @Sendable ([String]) async throws -> Void) async throws {
        let images = try await Command("podman", ["info", "--format", "{{.Store.GraphRoot}}"], environment: .inherited(adding: settings)).output()
        let folder = stores.appending(String(UInt64.random(in: 0...UInt64.max), radix: 36))
        try folder.createDirectory()
        let lock = try FileLock.take(folder.appending("lock"), holder: "process \(getpid())")
        try folder.appending("images").replaceContents(with: images.trimmingCharacters(in: .whitespacesAndNewlines))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(try options(of: folder))) } catch { outcome = .failure(error) }
        try await uncancelled { try await remove(folder) }
        lock.release()
        try outcome.get()
    }

    private static func options(of folder: FilePath) throws -> [String] {
        [
            "--root", folder.appending("store").string, "--runroot", folder.appending("run").string, "--storage-driver", "overlay",
            "--storage-opt", "additionalimagestore=" + (try folder.appending("images").text()),
        ]
    }

    /// Ends the containers of a store, and takes it away.
    private static func remove(_ folder: FilePath) async throws {
        if folder.appending("images").exists {
            _ = try await Command(
                "podman", try options(of: folder) + ["rm", "--all", "--force", "--time", "0"], environment: .inherited(adding: settings),
                timeout: .seconds(60)
            ).run()
        }
        // Where podman runs as root it mounts its store onto itself, and leaves it so.
        _ = try await Command("umount", [folder.appending("store/overlay").string]).run()
        try folder.removeAll()
    }

    /// Only stores whose lock is free: a test that runs holds its own.
    private static func endWhatKilledTestsLeft() async throws {
        guard stores.exists else { return }
        for folder in try stores.children() {
            guard let lock = try? FileLock.take(folder.appending("lock"), holder: "process \(getpid())") else { continue }
            try await remove(folder)
            lock.release()
        }
    }

    /// Runs the service for the length of `body`.
    private static func serve(_ service: Command, _ socket: FilePath, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do { _ = try await service.run() } catch ProcessError.cancelled {}
            }
            defer { group.cancelAll() }
            for _ in 0..<100 where !socket.exists { try await Task.sleep(for: .milliseconds(100)) }
            guard socket.exists else { throw Failure.serviceDidNotStart }
            try await body()
            group.cancelAll()
        }
    }

    private static func makeImage() async throws {
        let there = try await Command("podman", ["image", "exists", image], environment: .inherited(adding: settings)).run()
        guard !there.exit.isSuccess else { return }
        try await TemporaryDirectory.with { folder in
            let gem = "require 'rubygems'; print Gem::Specification.find_by_name('vagrant').gem_dir"
            let keys = try await Command("ruby", ["-e", gem]).output()
            try FilePath(keys).appending("keys/vagrant.pub").copyAll(to: folder.appending("vagrant.pub"))
            try folder.appending("Containerfile").replaceContents(
                with: """
                    FROM localhost/hallmark/debian:12
                    RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-server sudo >/dev/null \\
                     && mkdir -p /run/sshd && useradd -m -s /bin/bash vagrant && echo 'vagrant ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/vagrant \\
                     && mkdir -m 700 /home/vagrant/.ssh
                    COPY vagrant.pub /home/vagrant/.ssh/authorized_keys
                    RUN chmod 600 /home/vagrant/.ssh/authorized_keys && chown -R vagrant:vagrant /home/vagrant/.ssh
                    EXPOSE 22
                    CMD ["/usr/sbin/sshd", "-D", "-e"]
                    """)
            let build = Command(
                "podman", ["build", "--quiet", "--network=host", "--tag", image, folder.string], environment: .inherited(adding: settings),
                timeout: .seconds(300))
            _ = try await build.output()
        }
    }
}
