/// Sees the bytes of a download in their order, each once, those of an earlier attempt first.
///
/// One inspector serves one download, on the download's own thread.
public protocol DownloadInspector: Sendable {
    /// The bytes are valid only during the call.
    func take(_ bytes: UnsafeRawBufferPointer)
    /// Called once at the end: whether these are the bytes that were wanted. False removes them.
    func accepts() -> Bool
}
