import ArgumentParser
import Foundation
import JSONReading
import TerminalUI

struct FormatOption: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(name: .long, help: .init("How the answer is written: table or json.", valueName: "format"))
    var format = Format.table

    /// Prints `model` as JSON, or the lines of `table` made from the same model.
    func show(_ model: some Encodable, table: () -> [String]) throws {
        switch format {
        case .json: terminal.output(try StrictJSON.encode(model, pretty: true))
        case .table: for line in table() { terminal.output(line) }
        }
    }
}
