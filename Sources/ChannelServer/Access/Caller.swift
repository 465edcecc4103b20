/// Who sends a request: the token that it carried, resolved.
struct Caller: Hashable, Sendable {
    let owner: Owner
    let scopes: Set<TokenScope>
    /// The token's name, for the history; never its text.
    let name: String

    func may(_ scope: TokenScope, on owner: Owner) -> Bool { self.owner == owner && scopes.contains(scope) }
}
