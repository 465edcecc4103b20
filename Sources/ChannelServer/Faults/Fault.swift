/// A mishap that a test makes the server play on a client.
public enum Fault: Hashable, Sendable {
    /// Answer with this status and `{"error": message}` in place of the work.
    case status(Int, message: String)
    /// Close the connection without an answer and without the work.
    case resetBefore
    /// Do the work, then close the connection without an answer.
    case resetAfter
    /// Wait, then do the work.
    case delay(Duration)
    /// Do the work, then wait before the answer.
    case delayAfter(Duration)
    /// Answer the object post with an object store's XML error.
    case objectStoreError(code: String)
    /// Do the work and add a header to the answer, such as `X-Anaconda-Read-Only`.
    case header(name: String, value: String)
    /// Answer a copy with an empty list, with status 200 and without the work.
    case emptyList
    /// Do the work and change one byte of a file or of repodata on its way out.
    case flippedByte
}
