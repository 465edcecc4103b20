public import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// What a program said and how it ended.
public struct ProcessResult: Sendable, Hashable {
    public var exit: ProcessExit
    public var output: [UInt8]
    public var error: [UInt8]

    public init(exit: ProcessExit, output: [UInt8], error: [UInt8]) {
        self.exit = exit
        self.output = output
        self.error = error
    }

    public var outputText: String { String(decoding: output, as: UTF8.self) }
    public var errorText: String { String(decoding: error, as: UTF8.self) }
}

extension Command {
    /// Runs the program to its end and collects what it says; `limit` bytes a stream, more is an error.
    public func run(limit: Int = 16 << 20) async throws(ProcessError) -> ProcessResult {
        try await bounded { () async throws(ProcessError) -> ProcessResult in
            try await translating(limit: limit) {
                let result = try await Subprocess.run(
                    configuration(), input: try standardInput(), output: .bytes(limit: limit), error: .bytes(limit: limit))
                return ProcessResult(exit: ProcessExit(result.terminationStatus), output: result.standardOutput, error: result.standardError)
            }
        }
    }

    /// Runs the program and returns its standard output; any end but code 0 is thrown as `ProcessError.failed`.
    public func output(limit: Int = 16 << 20) async throws(ProcessError) -> String {
        let result = try await run(limit: limit)
        guard result.exit.isSuccess else {
            let text = result.errorText.trimmingCharacters(in: .whitespacesAndNewlines)
            throw .failed(executable.description, exit: result.exit, text: String(text.suffix(2000)))
        }
        return result.outputText
    }

    /// Runs the program and hands over its lines as they come, one at a time, in the order in which each stream wrote them.
    ///
    /// The program runs in a session of its own. When the task is cancelled the whole session gets SIGTERM and, after `grace`, SIGKILL.
    /// A slow `onLine` slows the program down: nothing is kept in memory but one line of at most `lineLimit` bytes a stream; a longer one
    /// arrives in parts. With `mergingError` both streams come as `.output`, in the true order, which two pipes cannot keep.
    /// `onStart` gets the child's process id.
    public func stream(
        lineLimit: Int = 64 << 10, mergingError: Bool = false, onStart: @escaping @Sendable (Int32) -> Void = { _ in },
        onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ProcessError) -> ProcessExit {
        try await bounded { () async throws(ProcessError) -> ProcessExit in
            try await translating {
                let gate = Mutex(())
                let emit: @Sendable (OutputLine) -> Void = { line in gate.withLock { _ in onLine(line) } }
                if mergingError {
                    let result = try await Subprocess.run(
                        configuration(), input: try standardInput(), output: .sequence, error: .combinedWithOutput
                    ) { execution in
                        onStart(execution.processIdentifier.value)
                        try await Self.lines(of: execution.standardOutput, as: .output, limit: lineLimit, emit)
                    }
                    return ProcessExit(result.terminationStatus)
                }
                let result = try await Subprocess.run(configuration(), input: try standardInput(), output: .sequence, error: .sequence) { execution in
                    onStart(execution.processIdentifier.value)
                    let (output, error) = (execution.standardOutput, execution.standardError)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await Self.lines(of: output, as: .output, limit: lineLimit, emit) }
                        group.addTask { try await Self.lines(of: error, as: .error, limit: lineLimit, emit) }
                        try await group.waitForAll()
                    }
                }
                return ProcessExit(result.terminationStatus)
            }
        }
    }

    /// Runs the program and hands over what it says on both streams in pieces as they come, in the true order, with the time of each.
    ///
    /// For those who cannot afford a `String` a line. A piece lies in memory that is valid within the call alone. Everything else is as with `stream`.
    public func pieces(
        onStart: @escaping @Sendable (Int32) -> Void = { _ in }, onPiece: @escaping @Sendable (UnsafeRawBufferPointer, Date) -> Void
    ) async throws(ProcessError) -> ProcessExit {
        try await bounded { () async throws(ProcessError) -> ProcessExit in
            try await translating {
                let result = try await Subprocess.run(
                    configuration(), input: try standardInput(), output: .sequence, error: .combinedWithOutput
                ) { execution in
                    onStart(execution.processIdentifier.value)
                    for try await buffer in execution.standardOutput {
                        let now = Date()
                        buffer.withUnsafeBytes { onPiece($0, now) }
                    }
                }
                return ProcessExit(result.terminationStatus)
            }
        }
    }

    /// The same with the two streams apart, each in its own order; one piece at a time.
    public func streams(
        onPiece: @escaping @Sendable (OutputLine.Stream, UnsafeRawBufferPointer) -> Void
    ) async throws(ProcessError) -> ProcessExit {
        try await bounded { () async throws(ProcessError) -> ProcessExit in
            try await translating {
                let gate = Mutex(())
                let emit: @Sendable (OutputLine.Stream, SubprocessOutputSequence) async throws -> Void = { stream, sequence in
                    for try await buffer in sequence {
                        buffer.withUnsafeBytes { piece in gate.withLock { _ in onPiece(stream, piece) } }
                    }
                }
                let result = try await Subprocess.run(configuration(), input: try standardInput(), output: .sequence, error: .sequence) { execution in
                    let (output, error) = (execution.standardOutput, execution.standardError)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await emit(.output, output) }
                        group.addTask { try await emit(.error, error) }
                        try await group.waitForAll()
                    }
                }
                return ProcessExit(result.terminationStatus)
            }
        }
    }

    private static func lines(
        of sequence: SubprocessOutputSequence, as stream: OutputLine.Stream, limit: Int, _ emit: @Sendable (OutputLine) -> Void
    ) async throws {
        var splitter = LineSplitter(limit: limit)
        for try await buffer in sequence {
            let now = Date()
            buffer.withUnsafeBytes { bytes in
                splitter.feed(bytes) { emit(OutputLine(stream: stream, time: now, text: $0, isContinued: $1)) }
            }
        }
        splitter.finish { emit(OutputLine(stream: stream, time: Date(), text: $0, isContinued: $1)) }
    }

    /// The descriptor is closed once the child has its own.
    private func standardInput() throws -> FileDescriptorInput { .fileDescriptor(try StandardInput.open(input), closeAfterSpawningProcess: true) }

    private func configuration() -> Subprocess.Configuration {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        let program: Subprocess.Executable =
            switch executable {
            case .name(let name): .name(name)
            case .path(let path): .path(path)
            }
        var environment: [Subprocess.Environment.Key: String] = [:]
        for (name, value) in self.environment.resolved() { environment[.init(stringLiteral: name)] = value }
        return Subprocess.Configuration(
            executable: program, arguments: Arguments(arguments), environment: .custom(environment), workingDirectory: workingDirectory,
            platformOptions: options)
    }

    /// Ends `body` when the time is over.
    private func bounded<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(ProcessError) -> Value
    ) async throws(ProcessError) -> Value {
        guard let timeout else { return try await body() }
        let name = executable.description
        let first: Result<Value, ProcessError> = await withTaskGroup(of: Result<Value, ProcessError>?.self) { group in
            group.addTask {
                do throws(ProcessError) { return .success(try await body()) } catch { return .failure(error) }
            }
            group.addTask {
                do { try await Task.sleep(for: timeout) } catch { return nil }
                return .failure(.timedOut(name, after: timeout))
            }
            var verdict: Result<Value, ProcessError>?
            for await result in group {
                if verdict == nil, let result { verdict = result }
                group.cancelAll()
            }
            return verdict ?? .failure(.cancelled(name))
        }
        return try first.get()
    }

    private func translating<Value>(limit: Int = 0, _ body: () async throws -> Value) async throws(ProcessError) -> Value {
        let name = executable.description
        if Task.isCancelled { throw .cancelled(name) }
        let value: Value
        do { value = try await body() } catch let error as SubprocessError {
            if Task.isCancelled { throw .cancelled(name) }
            switch error.code {
            case .executableNotFound: throw .notFound(name)
            case .failedToChangeWorkingDirectory: throw .workingDirectory(workingDirectory ?? "", command: name)
            case .outputLimitExceeded: throw .outputTooLong(name, limit: limit)
            case .spawnFailed: throw .cannotStart(name, reason: error.underlyingError.map { $0.description.lowercased() } ?? error.description)
            default: throw .broken(name, reason: error.description)
            }
        } catch {
            if Task.isCancelled || error is CancellationError { throw .cancelled(name) }
            throw .broken(name, reason: String(describing: error))
        }
        if Task.isCancelled { throw .cancelled(name) }
        return value
    }
}

extension ProcessExit {
    init(_ status: TerminationStatus) {
        switch status {
        case .exited(let code): self = .exited(code)
        case .signaled(let signal): self = .signalled(signal)
        }
    }
}
