/// A secret and the header that carries it.
public struct Credential: Sendable {
    let headerName: String
    let prefix: String
    let secret: Secret

    /// `Authorization: token …`, as anaconda.org has it.
    public static func token(_ secret: Secret) -> Credential { Credential(headerName: "Authorization", prefix: "token ", secret: secret) }
    /// A header that holds the secret alone, such as `X-API-Key`.
    public static func header(_ name: String, _ secret: Secret) -> Credential { Credential(headerName: name, prefix: "", secret: secret) }
}
