public import Basics
public import JSONReading
public import YAMLReading

/// Why a checklist, answers to one, or a sign-off cannot be used.
public enum ChecklistError: Explained, Hashable {
    case yaml(YAMLError)
    case json(JSONError)
    case badName(String)
    case badItem(String, problem: String)
    case duplicateItem(String)
    case unknownCheck(String, item: String)
    case noItems(String)
    case outOfOrder(String, after: String)
    case unknownChecklist(String, known: [String])
    /// Everything that is wrong with a set of answers, so that it is mended in one go.
    case answers([AnswerProblem])
    /// The required items that are still open; a sign-off is for a checklist without any.
    case open([String])
    case otherChecklist(expected: String, found: String)
    case namelessSigner

    public var message: String {
        switch self {
        case .yaml(let error): error.message
        case .json(let error): error.message
        case .badName(let name): "`\(name)` is not a name for a checklist or an item"
        case .badItem(let id, let problem): "the item `\(id)` \(problem)"
        case .duplicateItem(let id): "the item `\(id)` stands twice"
        case .unknownCheck(let check, let id): "the item `\(id)` names the check `\(check)`, which hallmark does not have"
        case .noItems(let name): "the checklist `\(name)` has no items"
        case .outOfOrder(let id, let previous): "the item `\(id)` belongs to an earlier step than `\(previous)` before it"
        case .unknownChecklist(let name, _): "there is no checklist `\(name)`"
        case .answers(let problems): problems.map(\.description).joined(separator: "; ")
        case .open(let ids): "still open: " + ids.map { "`\($0)`" }.joined(separator: ", ")
        case .otherChecklist(let expected, let found): "the answers are to the checklist `\(found)`, not to `\(expected)`"
        case .namelessSigner: "a sign-off needs the name of who signs it off"
        }
    }

    public var hint: String? {
        switch self {
        case .yaml(let error): error.hint
        case .badName: "names hold lower-case letters, digits and hyphens"
        case .unknownCheck: "the checks are " + AutomaticCheck.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        case .outOfOrder: "the steps are " + LifeStep.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        case .unknownChecklist(_, let known): "there are " + known.map { "`\($0)`" }.joined(separator: ", ")
        case .open: "answer them with `hallmark guide`, or in the file that `--answers` names"
        default: nil
        }
    }
}
