import ArgumentParser

/// Where a server listens.
struct ListeningOptions: ParsableArguments {
    @Option(name: .long, help: .init("The address to listen on.", valueName: "address")) var host = "127.0.0.1"
    @Option(name: .long, help: .init("The port; 0 takes a free one.", valueName: "port")) var port = 8099
    @Option(name: .long, help: .init("Written with the server's address when it listens.", valueName: "file")) var readyFile: String?

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("`\(port)` is not a port") }
    }
}
