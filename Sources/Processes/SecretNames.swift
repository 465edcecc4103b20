/// The variables that hold secrets: no child process and no container of ours is ever given one.
public enum SecretNames {
    /// The names that anaconda.org's, conda-forge's and our own tools read tokens from.
    public static let known: Set<String> = [
        "ANACONDA_API_KEY", "ANACONDA_API_TOKEN", "BINSTAR_TOKEN", "CONDA_TOKEN", "FEEDSTOCK_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "PREFIX_API_KEY",
        "PROD_BINSTAR_TOKEN", "QUETZ_API_KEY", "STAGING_BINSTAR_TOKEN",
    ]

    /// True for the known names, for `HALLMARK_*` that end like a secret, and for `CF_*_TOKEN` and the like.
    public static func contains(_ name: String) -> Bool {
        let name = name.uppercased()
        if known.contains(name) { return true }
        let isSecretLike = ["TOKEN", "PASSPHRASE", "PASSWORD", "SECRET", "API_KEY"].contains { name.hasSuffix($0) }
        return isSecretLike && ["HALLMARK", "BINSTAR", "ANACONDA", "CONDA", "FEEDSTOCK", "STAGING", "CF_"].contains { name.hasPrefix($0) }
    }
}
