public import Basics

extension SHA256Digest {
    /// The digest of a folder: in-toto's `dirHash` (directory Hash1 in hexadecimal), whatever the order of `files`.
    ///
    /// SHA-256 of the text that `sha256sum` prints for the folder's files in the order of their paths' bytes, so stock tools give the
    /// same, in the folder: `find . -type f | cut -c3- | LC_ALL=C sort | xargs -r sha256sum | sha256sum`. It covers names and contents;
    /// executable bits are not part of it.
    public init(ofFolder files: some Sequence<(path: String, sha256: SHA256Digest)>) {
        let sorted = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        self.init(of: sorted.map { "\($0.sha256)  \($0.path)\n" }.joined())
    }
}
