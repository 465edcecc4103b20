public import ArgumentParser

/// The root of `hallmark`.
public struct HallmarkCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "hallmark",
        abstract: "Build hard conda packages by hand, the safe way: containers, a matrix of distributions, signatures, review.",
        discussion: """
            A build lives in a workspace, a folder with a journal. Leave it at any step; the same command goes on where it stopped.

            Exit codes: 0 done, 1 the answer is no, 2 could not find out, 64 usage, 130 interrupted.
            """,
        version: Version.text,
        groupedSubcommands: [
            .init(name: "Prepare", subcommands: [GuideCommand.self, DoctorCommand.self, OpenCommand.self, StatusCommand.self]),
            .init(name: "Build", subcommands: [BuildCommand.self, AttachCommand.self, LogsCommand.self, StopCommand.self]),
            .init(name: "Package", subcommands: [InspectCommand.self, CheckCommand.self, EmbedCommand.self, DiffCommand.self]),
            .init(name: "Test", subcommands: [MatrixCommand.self, RetestCommand.self]),
            .init(
                name: "Trust",
                subcommands: [
                    KeyCommand.self, RosterCommand.self, SignCommand.self, VerifyCommand.self, ReviewCommand.self, StampCommand.self, LogCommand.self,
                ]),
            .init(name: "Release", subcommands: [UploadCommand.self, PromoteCommand.self, WithdrawCommand.self, RequestCommand.self]),
            .init(name: "Look", subcommands: [ReportCommand.self, ChecklistCommand.self]),
            .init(name: "Inner", subcommands: [EngineShimCommand.self]),
        ])

    public init() {}
}

/// The version of this program.
enum Version {
    static let text = "0.1.0"
}
