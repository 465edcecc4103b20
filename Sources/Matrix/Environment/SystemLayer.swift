import Basics
import Containers
import Cryptography
import Foundation
import Processes
import Synchronization

/// A system's image with more of the distribution's own packages in it, made once and kept by the engine under a name that tells what it is.
///
/// It is made with the network, by the distribution's own tool; the cells that stand on it have none, as ever.
struct SystemLayer: Sendable {
    let engine: any ContainerEngine
    let base: ImageFacts
    let family: SystemFacts.Family?
    let set: MatrixDefinition.PackageSet
    /// The matrix' word for the set.
    let name: String
    let labels: [String: String]

    /// `onInstalling` is called where the image has to be made first.
    func presence(onInstalling: @Sendable () -> Void) async -> Presence {
        guard let family else { return missing("it is not known how packages are installed there", "use `packages: [none]` for it") }
        guard let packages = set[family], !packages.isEmpty else {
            return missing("the matrix does not say what `\(name)` is for the family \(family)", "name it under `packages:` of the matrix")
        }
        let script = Self.script(packages, family)
        let reference = "localhost/hallmark/layer:" + SHA256Digest(of: "\(base.id)\n\(script)").hexadecimal.prefix(24)
        do throws(ContainerError) {
            if let facts = try await engine.image(reference) { return .image(reference: reference, facts) }
            onInstalling()
            try await make(reference, script)
            guard let facts = try await engine.image(reference) else { throw .imageMissing(reference) }
            return .image(reference: reference, facts)
        } catch {
            return missing(
                "`\(packages.joined(separator: " "))` could not be installed there: \(error.message)", "see that the network reaches its archive")
        }
    }

    private func missing(_ reason: String, _ remedy: String) -> Presence { .missing(reason: reason, remedy: remedy) }

    private func make(_ reference: String, _ script: String) async throws(ContainerError) {
        // The host's network: a bridge needs rights that not every engine has.
        let request = ContainerRequest(
            image: base.id, command: ["sh", "-c", Self.proxies(ProxyVariables.open(in: ChildEnvironment.inherited().resolved())) + script],
            name: "hallmark-layer-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))",
            labels: labels, user: "0:0", network: .host, entryPoint: "")
        let container = try await engine.start(request)
        let outcome: Result<Void, ContainerError>
        do throws(ContainerError) {
            let exit = try await engine.wait(for: container)
            if exit.isSuccess {
                outcome = .success(try await engine.commit(container, as: reference))
            } else {
                let last = Mutex("")
                try await engine.log(of: container, follow: false, since: nil) { line in
                    if !line.text.isEmpty { last.withLock { $0 = line.text } }
                }
                outcome = .failure(.notStarted(request.name, reason: last.withLock { $0 }))
            }
        } catch { outcome = .failure(error) }
        try await uncancelled { () async throws(ContainerError) in try await engine.remove(container) }
        try outcome.get()
    }

    /// The archive may lie behind a proxy; as words of the script, because what is in the container's environment stays in its image's.
    static func proxies(_ variables: [String: String]) -> String {
        variables.sorted { $0.key < $1.key }.map { "export \($0.key)=\(TestStep.quoted($0.value)); " }.joined()
    }

    /// Each is a word that `MatrixFile` let through.
    static func script(_ packages: [String], _ family: SystemFacts.Family) -> String {
        let words = packages.joined(separator: " ")
        return switch family {
        // An archive that is frozen at some day holds lists that have expired since; their signatures are checked all the same.
        case .debian:
            "apt-get -o Acquire::Check-Valid-Until=false -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends "
                + "\(words) && rm -rf /var/lib/apt/lists/*"
        case .fedora: "dnf -q -y install \(words) && dnf -q clean all"
        case .suse: "zypper --quiet --non-interactive install --no-recommends \(words) && zypper --quiet clean --all"
        case .arch: "pacman -Sy --noconfirm --quiet \(words) && pacman -Scc --noconfirm"
        case .alpine: "apk add --quiet --no-cache \(words)"
        }
    }
}
