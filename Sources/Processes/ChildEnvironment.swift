import Foundation

/// The environment that a child process gets.
public struct ChildEnvironment: Sendable, Hashable {
    private enum Base: Sendable, Hashable {
        case nothing
        case inherited(removing: Set<String>)
    }

    private let base: Base
    private var values: [String: String]

    /// Exactly these variables.
    public static func only(_ values: [String: String]) -> ChildEnvironment { ChildEnvironment(base: .nothing, values: values) }

    /// Ours, without the variables that hold secrets (`SecretNames`) and without `names`, and with `adding` on top.
    public static func inherited(removing names: Set<String> = [], adding values: [String: String] = [:]) -> ChildEnvironment {
        ChildEnvironment(base: .inherited(removing: names), values: values)
    }

    /// The same with `values` on top.
    public func adding(_ values: [String: String]) -> ChildEnvironment {
        ChildEnvironment(base: base, values: self.values.merging(values) { $1 })
    }

    /// What the child sees. A secret is left out even if somebody asked for it by name.
    public func resolved() -> [String: String] {
        var result: [String: String] = [:]
        if case .inherited(let removed) = base {
            result = Self.own().filter { !removed.contains($0.key) }
        }
        return result.merging(values) { $1 }.filter { !SecretNames.contains($0.key) }
    }

    /// The values of our own variables that hold secrets, for taking them out of what others print; short ones, which stand for nothing, are left out.
    public static func withheldValues() -> [String] {
        own().filter { SecretNames.contains($0.key) && $0.value.utf8.count >= 6 }.map(\.value)
    }

    /// The variables of this process, read only to be handed on.
    private static func own() -> [String: String] {
        var result: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { result[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            next += 1
        }
        return result
    }
}
