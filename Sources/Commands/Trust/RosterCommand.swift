import ArgumentParser

struct RosterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster", abstract: "Who may build, test, review and promote what.",
        subcommands: [
            RosterInitCommand.self, RosterGrantCommand.self, RosterRevokeCommand.self, RosterRotateCommand.self, RosterPolicyCommand.self,
            RosterSignCommand.self,
            RosterShowCommand.self,
            RosterCheckCommand.self,
        ])
}
