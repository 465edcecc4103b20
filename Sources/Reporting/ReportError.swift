public import Basics
public import JSONReading

/// What kept us from a report.
public enum ReportError: Explained, Hashable {
    case json(JSONError)
    /// The template in the binary cannot be read: this build of hallmark is broken.
    case template(String)

    public var message: String {
        switch self {
        case .json(let error): error.message
        case .template(let reason): "the report's template cannot be read: \(reason)"
        }
    }
}
