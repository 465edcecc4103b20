public import Basics
public import Files
public import SystemPackage

/// What kept us from an answer. An answer that says no is not among these.
public enum TransportError: Explained, Hashable {
    case badAddress(String, reason: String)
    case badHeader(String)
    case badSecret(reason: String)
    case secretInTheClear(HTTPAddress)
    case redirected(HTTPAddress, to: String)
    case tooManyRedirects(HTTPAddress)
    case responseTooLarge(HTTPAddress, limit: Int64)
    case badRange(HTTPAddress, String)
    case failed(Failure, HTTPAddress, detail: String)
    case file(FileError)
    /// The inspector did not take what was downloaded; `resumed` says that a part of it was older.
    case rejected(FilePath, resumed: Bool)
    case cancelled

    /// Where an exchange broke off.
    public enum Failure: String, Sendable {
        case resolving, connecting, securing, certificate, proxy, idling, broken, malformed, setUp
    }

    /// True when the same request may well work in a while.
    public var isTransient: Bool {
        switch self {
        case .failed(let failure, _, _): [.resolving, .connecting, .securing, .idling, .broken].contains(failure)
        default: false
        }
    }

    public var message: String {
        switch self {
        case .badAddress(let text, let reason): "`\(text)` is no address to go to: \(reason)"
        case .badHeader(let name): "the header `\(name)` cannot be sent as it is"
        case .badSecret(let reason): "the token cannot be used: \(reason)"
        case .secretInTheClear(let address): "a token would go to `\(address.origin)` in the clear"
        case .redirected(let address, let target): "`\(address)` sends us on to `\(target)`, which is not followed here"
        case .tooManyRedirects(let address): "`\(address)` sends us round in circles"
        case .responseTooLarge(let address, let limit): "`\(address)` answers with more than the \(limit) bytes that are read of it"
        case .badRange(let address, let text): "`\(address)` answers with another part of the file than was asked for (\(text))"
        case .failed(let failure, let address, let detail): failure.message(address) + (detail.isEmpty ? "" : ": \(detail)")
        case .file(let error): error.message
        case .rejected(let path, _): "what was downloaded for `\(path)` is not what was wanted"
        case .cancelled: "the exchange was cancelled"
        }
    }

    public var hint: String? {
        switch self {
        case .badSecret: "give the token by `--token-file` or in the environment, as the server gave it"
        case .secretInTheClear: "use the server's `https` address; plain `http` gets a token on this machine only"
        case .failed(let failure, let address, _): failure.hint(address)
        case .file(let error): error.hint
        default: nil
        }
    }
}

extension TransportError.Failure {
    func message(_ address: HTTPAddress) -> String {
        switch self {
        case .resolving: "no machine called `\(address.host)` was found"
        case .connecting: "`\(address.origin)` cannot be reached"
        case .securing: "no secure connection to `\(address.origin)` came about"
        case .certificate: "`\(address.origin)` cannot prove who it is"
        case .proxy: "the proxy does not let us through to `\(address.origin)`"
        case .idling: "`\(address.origin)` fell silent"
        case .broken: "the connection to `\(address.origin)` broke"
        case .malformed: "`\(address.origin)` does not answer in HTTP"
        case .setUp: "libcurl could not begin the exchange with `\(address.origin)`"
        }
    }

    func hint(_ address: HTTPAddress) -> String? {
        switch self {
        case .resolving: "check the spelling of the server's name, and this machine's network"
        case .connecting where address.isLoopback:
            "is the server running? it is looked for on this machine, at port \(address.port ?? address.scheme.port)"
        case .connecting: "check the address, the port and the network; a proxy is used only when it is configured"
        case .certificate: "if the server has a private authority, name its certificate; the check itself is never left out"
        case .idling, .broken: "run the same command again; what has arrived already is not sent again"
        case .proxy: "check the proxy's address"
        case .securing, .malformed, .setUp: nil
        }
    }
}
