import Synchronization

/// A mark that is set once and seen by everyone who shares it.
public final class Flag: Sendable {
    private let value: Atomic<Bool>

    public init(_ isRaised: Bool = false) { value = Atomic(isRaised) }

    public var isRaised: Bool { value.load(ordering: .acquiring) }
    public func raise() { value.store(true, ordering: .releasing) }
}
