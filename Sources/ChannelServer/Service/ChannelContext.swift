import Hummingbird

/// What the server keeps for the length of a request.
struct ChannelContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Closes the connection, so that the client gets no answer.
    let hangUp: @Sendable () -> Void

    init(source: Source) {
        coreContext = .init(source: source)
        let channel = source.channel
        hangUp = { channel.close(promise: nil) }
    }
}
