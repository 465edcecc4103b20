import Logging

/// Loggers for the HTTP library, which has nothing to say that the access log does not say better.
enum ChannelLogger {
    static let silent = Logger(label: "hallmark-channel") { _ in SwiftLogNoOpLogHandler() }
}
