import ArgumentParser
import Basics
import Checklists
import Files
import Foundation
import SystemPackage
import TerminalUI
import Workbench

struct ChecklistCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checklist", abstract: "List and show the checklists.", subcommands: [ChecklistListCommand.self, ChecklistShowCommand.self])
}

struct ChecklistListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the checklists that are inside.")
    @OptionGroup var format: FormatOption

    struct Row: Encodable {
        let name: String
        let title: String
        let items: Int
    }

    func run() async throws {
        let rows = try Checklist.shippedNames.map { name in
            let checklist = try Checklist.shipped(name)
            return Row(name: name, title: checklist.title, items: checklist.items.count)
        }
        try format.show(rows) { Table(["checklist", "items", "title"], rows: rows.map { [$0.name, "\($0.items)", $0.title] }).lines }
    }
}

struct ChecklistShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show a checklist's items and why each is asked.")
    @Argument(help: .init("A checklist's name, or the path of one.", valueName: "checklist")) var name: String
    @OptionGroup var format: FormatOption

    struct Row: Encodable {
        let id: String
        let step: String
        let kind: String
        let required: Bool
        let text: String
        let why: String
    }

    func run() async throws {
        let checklist = try ChecklistChoice.read(name)
        let rows = checklist.items.map {
            Row(id: $0.id, step: $0.step.rawValue, kind: $0.kind.word, required: $0.isRequired, text: $0.text, why: $0.why)
        }
        try format.show(rows) {
            ["\(checklist.title)", ""]
                + rows.flatMap {
                    ["\($0.step.padded(toColumns: 9))\($0.id.padded(toColumns: 24))\($0.kind)", "         \($0.text)", "         \($0.why)", ""]
                }
        }
    }
}

enum ChecklistChoice {
    /// A shipped checklist by its name, or one from a file by its path.
    static func read(_ name: String) throws -> Checklist {
        let path = FilePath(name)
        return name.contains("/") || path.exists ? try Checklist(parsing: try path.contents(limit: 1 << 20)) : try Checklist.shipped(name)
    }
}

extension Checklist.Kind {
    var word: String {
        switch self {
        case .confirm: "yes or no"
        case .text: "text"
        case .choice(let choices): choices.joined(separator: " | ")
        case .automatic: "checked by hallmark"
        }
    }
}
