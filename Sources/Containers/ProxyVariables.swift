/// The variables that name proxies, which podman hands to containers unasked (its `containers.conf`, `http_proxy`).
///
/// An address may hold a user and a password, and a container is no place for them: such a one is never handed on.
public enum ProxyVariables {
    private static let names = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy"].flatMap { [$0, $0.uppercased()] }

    /// Those of `environment` that anybody may see.
    public static func open(in environment: [String: String]) -> [String: String] {
        environment.filter { names.contains($0.key) && !$0.value.isEmpty && !$0.value.contains("@") }
    }

    /// The names of those that hold a user or a password.
    static func secret(in environment: [String: String]) -> [String] {
        environment.filter { names.contains($0.key) && $0.value.contains("@") }.keys.sorted()
    }
}
