/// One thing that is wrong with a set of answers.
public enum AnswerProblem: Hashable, Sendable, CustomStringConvertible {
    case unknownItem(String, nearest: String?)
    case missing(String)
    case wrongType(String, expected: String)
    case notAChoice(String, answer: String, choices: [String])
    case automatic(String)
    case empty(String)
    case declined(String)

    public var description: String {
        switch self {
        case .unknownItem(let id, let nearest): "there is no item `\(id)`" + (nearest.map { ", did you mean `\($0)`?" } ?? "")
        case .missing(let id): "`\(id)` is not answered"
        case .wrongType(let id, let expected): "the answer to `\(id)` is not \(expected)"
        case .notAChoice(let id, let answer, let choices):
            "`\(answer)` is not one of the answers to `\(id)`: " + choices.map { "`\($0)`" }.joined(separator: ", ")
        case .automatic(let id): "`\(id)` is checked, not answered"
        case .empty(let id): "the answer to `\(id)` is empty"
        case .declined(let id): "`\(id)` is answered with no"
        }
    }
}
