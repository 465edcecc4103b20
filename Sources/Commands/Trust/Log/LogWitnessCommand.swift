import ArgumentParser
import Basics
import ChannelServer
import Cryptography
import Files
import Foundation
import Ledger
import Roster
import SystemPackage
import TerminalUI
import Workbench

struct LogWitnessCommand: AsyncParsableCommand, EndedBySignal {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "Sign, as a witness, that a ledger has only grown since you saw it last.",
        discussion: """
            Looks at the ledger in DIR (a folder, a clone), verifies that it begins with the one that was signed last, writes the new checkpoint to the state folder, and \
            only then signs it. The signature goes under the checkpoint in DIR, or with --print to standard output, for the ledger's keeper to add with `log cosign`. With \
            --request it answers a body of C2SP's tlog-witness instead; a server hands it over and passes the answer on. Exit code 1 for a ledger that went back, or shows \
            another face than before: both notes are printed. --print-key prints the verifier key for the roster's log policy. --serve answers such requests over HTTP \
            (POST /add-checkpoint) until SIGTERM or SIGINT, plainly and on loopback: what faces the world is a web server in front of it.
            """)

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String?
    @Option(name: .long, help: .init("The witness's name, such as w1.example.org.", valueName: "name")) var name: String
    @Option(
        name: .customLong("witness-key"), help: .init("The witness's private key, made by `hallmark key new --ledger`.", valueName: "file"))
    var witnessKey: String
    @OptionGroup var passphrase: PassphraseOptions
    @Option(
        name: .customLong("witness-state"),
        help: .init("Where the witness keeps what it has signed; it must never be lost or copied.", valueName: "dir"))
    var state: String?
    @Option(name: .long, help: .init("Answer the request in this file (- for standard input) instead of looking at a folder.", valueName: "file"))
    var request: String?
    @Flag(name: .long, help: "Answer `log cosign` over HTTP.") var serve = false
    @OptionGroup var listening: ListeningOptions
    @Flag(name: .customLong("print"), help: "Print the signature instead of adding it to the folder's checkpoint.") var prints = false
    @Flag(name: .customLong("print-key"), help: "Print the witness's verifier key and do nothing else.") var printsKey = false
    @OptionGroup var key: VerifierKeyOption
    @OptionGroup var trust: TrustOptions

    func validate() throws {
        if printsKey { return }
        guard [folder != nil, request != nil, serve].count(where: { $0 }) == 1 else {
            throw ValidationError("name a ledger's folder, or a request with --request, or --serve")
        }
        guard state != nil else { throw ValidationError("name the witness's state folder with --witness-state") }
    }

    func run() async throws {
        let path = FilePath(witnessKey)
        guard !PassphraseOptions.isReadByOthers(path) else { throw KeyProblem.openToOthers(path) }
        let secret = try LogKey(
            pem: try path.contents(limit: 64 << 10), passphrase: try passphrase.read(question: "passphrase of \(witnessKey):"))
        if printsKey { return terminal.output(try NoteKey(name: name, kind: .witness, key: secret.publicKey).description) }
        let log = try key.log(in: folder ?? ".", try trust.trustIfNamed())
        let witness = try Witness(name: name, key: secret, folder: FilePath(state ?? ""))
        if serve { return try await serve(witness, log.key) }
        do {
            try sign(witness, log)
        } catch let error as LedgerError {
            switch error {
            case .file, .cryptography: throw error
            // tlog-witness answers a stale request with the size that the witness knows.
            case .witnessKnowsOther(let size): terminal.output("\(size)")
            default: break
            }
            throw AnswerIsNo(sentence: "nothing was signed: \(error.message)")
        }
    }

    private func serve(_ witness: Witness, _ log: NoteKey) async throws {
        var server = WitnessServer(witness, logs: [log])
        server.host = listening.host
        server.port = listening.port
        server.readyFile = listening.readyFile.map { FilePath($0).absolute }
        let terminal = terminal
        server.accessLog = { terminal.note($0) }
        do { try await server.run { terminal.note("witnessing \(log.name) on \($0)") } } catch is CancellationError {
            // The signal reached the command before the server: ended all the same.
        }
        terminal.note("stopped")
    }

    private func sign(_ witness: Witness, _ log: LogFolder) throws {
        let request: WitnessRequest
        if let file = self.request {
            request = try WitnessRequest(
                parsing: file == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : try FilePath(file).contents(limit: 1 << 20))
        } else {
            // The folder's tiles must be what the checkpoint says, or the witness would vouch for what nobody can read.
            _ = try log.verify()
            let known = try witness.knownSize(of: log.key)
            let found = try log.checkpoint().checkpoint.size
            guard found >= known else { throw LedgerError.rollback(remembered: known, found: found) }
            request = try log.witnessRequest(from: known)
        }
        let signature = try witness.cosign(request, of: log.key)
        if prints || self.request != nil {
            terminal.output("— \(signature.name) \(Base64.encode(signature.keyID + signature.bytes))")
        } else {
            let head = try log.add(signature, of: try witness.noteKey())
            terminal.note("\(terminal.styled("witnessed", .good)) \(head.checkpoint.origin) at \(head.checkpoint.size)")
        }
    }
}

struct LogCosignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cosign", abstract: "Gather the witnesses' signatures under the ledger's checkpoint, as the roster's log policy names them.",
        discussion: """
            For the ledger's keeper. Asks every witness of the policy that has an address (C2SP tlog-witness), or with --signature takes the line that a witness \
            printed. Exit code 1 when the quorum is not met afterwards. `log prove` then brings the signatures into the artifacts' evidence.
            """)

    @Argument(help: .init("The ledger's folder.", valueName: "dir")) var folder: String
    @Option(name: .long, help: .init("A witness's answer in a file, instead of asking; may be repeated.", valueName: "file")) var signature:
        [String] = []
    @OptionGroup var trust: TrustOptions

    func run() async throws {
        let trust = try trust.trust()
        let chain = try trust.chain()
        guard let log = try trust.log(in: FilePath(folder), chain: chain), let text = chain.newest.logPolicy else {
            throw WorkspaceError.nothingTo("cosign", needs: "the roster names no witnesses; see `hallmark roster policy --log-policy`")
        }
        let policy = try LogPolicy(parsing: text)
        let asking = WitnessAsking(log: log, policy: policy)
        for file in signature {
            let answer = try FilePath(file).contents(limit: 64 << 10)
            guard let witness = policy.witnesses.first(where: { (try? asking.take(answer, from: $0.key)) != nil }) else {
                throw AnswerIsNo(sentence: "`\(file)` is no signature of a witness of the policy over the newest checkpoint")
            }
            terminal.note("\(witness.name) has signed")
        }
        for witness in policy.witnesses where signature.isEmpty && witness.url != nil {
            do {
                try await asking.ask(witness)
                terminal.note("\(witness.name) has signed")
            } catch let error as any Explained { terminal.note("\(witness.name): \(error.message.printable)") }
        }
        let testimony = try policy.testimony(of: try log.checkpoint().note)
        guard testimony.isQuorumMet else {
            let names = testimony.times.keys.sorted().joined(separator: ", ")
            throw AnswerIsNo(sentence: "the quorum is not met: signed by \(names.isEmpty ? "nobody" : names)")
        }
        terminal.output(testimony.times.sorted { $0.key < $1.key }.map { "\($0.key)\t\($0.value)" }.joined(separator: "\n"))
    }
}
