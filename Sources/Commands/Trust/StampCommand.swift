import ArgumentParser
import Basics
import Cryptography
import Files
import SystemPackage
import TerminalUI
import Transport
import Workbench

/// Who is asked for the time of what was just signed.
struct StampOptions: ParsableArguments {
    @Option(
        name: .customLong("timestamp-authority"),
        help: .init(
            "Have each signature stamped by this time-stamping authority, which the roster must name (or HALLMARK_TIMESTAMP_AUTHORITY).",
            valueName: "url"))
    var authority: String?

    func address() throws -> HTTPAddress? {
        try (authority ?? CommandContext.current["TIMESTAMP_AUTHORITY"]).map { try HTTPAddress(parsing: $0) }
    }

    /// Stamps what lies beside the artifact, if an authority was named.
    func stamp(_ file: FilePath, _ trust: Trust) async throws {
        guard let address = try address() else { return }
        terminal.showProgress("asking \(address) for the time")
        let count = try await EvidenceStamping(trust: trust, artifact: file).stamp(from: address)
        terminal.clearProgress()
        if count > 0 { terminal.note("\(terminal.styled("stamped", .good)) \(Measure.count(count, "signature")) by \(address)") }
    }
}

struct StampCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stamp", abstract: "Have the signatures beside an artifact stamped with the time (RFC 3161).",
        discussion: """
            By HTTP with --timestamp-authority. For an authority that is reached in another way: --requests DIR writes a query for each signature, ENVELOPE.tsq; \
            --responses DIR takes the answers, ENVELOPE.tsr. A stamp that is not by an authority of the roster, over that signature, is refused.
            """)

    @Argument(help: .init("The artifact; its evidence lies beside it.", valueName: "file")) var file: String
    @OptionGroup var workspace: WorkspaceOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var stamp: StampOptions
    @Option(name: .long, help: .init("Write the queries into this folder.", valueName: "dir")) var requests: String?
    @Option(name: .long, help: .init("Take the answers from this folder.", valueName: "dir")) var responses: String?

    func validate() throws {
        guard [stamp.authority, requests, responses].filter({ $0 != nil }).count <= 1 else {
            throw ValidationError("name one of --timestamp-authority, --requests and --responses")
        }
    }

    func run() async throws {
        let path = FilePath(file)
        guard path.isRegularFile else { throw FileError.missing(path) }
        let stamping = EvidenceStamping(trust: try trust.trust(workspace: try workspace.optional()), artifact: path)
        if let requests {
            let folder = FilePath(requests)
            try folder.createDirectory()
            for (envelope, request) in try stamping.requests().sorted(by: { $0.key.hexadecimal < $1.key.hexadecimal }) {
                let query = folder.appending("\(envelope).tsq")
                try query.replaceContents(with: request.der)
                terminal.output(query.string)
            }
        } else if let responses {
            var stamps: [SHA256Digest: TimestampToken] = [:]
            for answer in try FilePath(responses).children() where answer.extension == "tsr" {
                guard let envelope = SHA256Digest(parsing: answer.stem ?? "") else { continue }
                stamps[envelope] = TimestampToken(der: try answer.contents(limit: TimestampToken.byteLimit))
            }
            try stamping.take(stamps)
            terminal.note("\(terminal.styled("stamped", .good)) \(Measure.count(stamps.count, "signature"))")
        } else if let address = try stamp.address() {
            let count = try await stamping.stamp(from: address)
            terminal.note("\(terminal.styled("stamped", .good)) \(Measure.count(count, "signature")) by \(address)")
        } else {
            throw WorkspaceError.missingSetting("the time-stamping authority", flag: "--timestamp-authority URL")
        }
    }
}
