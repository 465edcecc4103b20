/// An error that a person can act on.
///
/// `message` is lower case, without a full stop, with names in backticks, and never holds a secret. `hint` is something
/// to do. The Commands room prints them as `error: …` and `hint: …`; no other room prints.
public protocol Explained: Error, CustomStringConvertible, Sendable {
    var message: String { get }
    var hint: String? { get }
}

extension Explained {
    public var hint: String? { nil }
    public var description: String { message }
}
