import Foundation

/// One line of `vagrant --machine-readable`: `time,target,type,data…`, with commas in data written as `%!(VAGRANT_COMMA)`.
public struct VagrantOutput: Sendable, Hashable {
    public var target: String
    public var type: String
    public var data: [String]

    /// Nil for lines that are not of this form: programs that Vagrant calls write their own between them.
    public init?(parsing line: String) {
        let parts = line.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count >= 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isNumber) else { return nil }
        target = String(parts[1])
        type = String(parts[2])
        data = parts.dropFirst(3).map {
            $0.replacingOccurrences(of: "%!(VAGRANT_COMMA)", with: ",").replacingOccurrences(of: "\\n", with: "\n").replacingOccurrences(
                of: "\\r", with: "\r")
        }
    }
}
