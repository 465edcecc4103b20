import Synchronization

/// Says to whoever reads an artifact, on whatever thread, that nobody wants the rest any more.
public final class StopFlag: Sendable {
    private let isSet = Atomic(false)

    public init() {}

    /// The reading ends at the next bytes, with `PackagingError.stopped`.
    public func stop() { isSet.store(true, ordering: .relaxed) }

    func check() throws(PackagingError) {
        if isSet.load(ordering: .relaxed) { throw .stopped }
    }
}
