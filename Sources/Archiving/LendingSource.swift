/// A source that keeps its bytes in buffers of its own and can show them without a copy.
///
/// For this room alone: what it lends is libarchive's until the next call, and must go no further.
protocol LendingSource: ByteSource {
    /// The next bytes, valid until the source is asked for more or is gone; none is the end, and stays the end.
    func lend() throws(ArchiveError) -> UnsafeRawBufferPointer
}
