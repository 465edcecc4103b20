import Archiving
import Containers
import Files
import Foundation
import Processes
import SystemPackage

extension FeedstockBuild {
    /// Says that somebody stopped the build, so that its end is told from a failure; it lies there from before the container is asked.
    var stopFile: FilePath { folder.appending("stopped") }

    /// True while some process of ours watches the build.
    public var isWatched: Bool {
        do {
            let lock = try FileLock.take(folder.appending("lock"), holder: "process \(getpid()), looking")
            lock.release()
            return false
        } catch { return true }
    }

    /// Asks the build to stop: SIGTERM, and SIGKILL after `grace` seconds. Whoever watches it takes the outcome, or the next `run` does.
    ///
    /// False if there is no container to stop.
    public func stop(grace: Int = 10) async throws(BuildError) -> Bool {
        do throws(ContainerError) {
            guard let container = try await engine.container(containerName), !container.isOver else { return false }
            do throws(FileError) { try stopFile.replaceContents(with: "") } catch { throw .file(error) }
            // A paused container hears no signal.
            if container.state == .paused { try await engine.resume(containerName) }
            try await engine.stop(containerName, grace: grace)
            return true
        } catch { throw .container(error) }
    }

    /// The lines of the log from the first one on; with `follow` also those that come, until the build is over or nobody watches it any more.
    ///
    /// It reads files alone, so it can run beside the process that drives the build, in any number.
    public func log(follow: Bool, onLine: (BuildLogLine) -> Void) async throws(BuildError) {
        var tail = LogTail(logFile, compressed: compressedLogFile)
        while true {
            // Looked at before the file, so that what was written in between is still read.
            let isLast = !follow || outcomeFile.exists || !isWatched
            var hasMore = true
            while hasMore {
                hasMore = try tail.advance(onLine)
            }
            if isLast { return }
            do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
        }
    }
}

/// Reads a build's log as it grows; a log that was begun anew, because another process took the build up, is read on from the line after the last one.
private struct LogTail {
    private let path: FilePath
    private let compressed: FilePath
    private var offset: Int64 = 0
    private var splitter = LineSplitter(limit: 4 << 20)
    private var reader = BuildLogReader()
    private var lineCount = 0
    private var toSkip = 0

    init(_ path: FilePath, compressed: FilePath) {
        self.path = path
        self.compressed = compressed
    }

    /// Hands over what has come since the last call; false if that was nothing.
    mutating func advance(_ onLine: (BuildLogLine) -> Void) throws(BuildError) -> Bool {
        // The text goes away when all of it is in the compressed file.
        if !path.exists, compressed.exists { return try finish(onLine) }
        do throws(FileError) { return try read(onLine) } catch .missing where compressed.exists { return true } catch { throw .file(error) }
    }

    private mutating func beginAnew() {
        offset = 0
        splitter = LineSplitter(limit: 4 << 20)
        toSkip = lineCount
    }

    private mutating func finish(_ onLine: (BuildLogLine) -> Void) throws(BuildError) -> Bool {
        beginAnew()
        do throws(ArchiveError) {
            try CompressedFile.forEachPiece(of: compressed) { bytes throws(ArchiveError) in feed(bytes, onLine) }
        } catch { throw .archive(error) }
        return false
    }

    private mutating func feed(_ bytes: UnsafeRawBufferPointer, _ onLine: (BuildLogLine) -> Void) {
        var splitter = LineSplitter(limit: 4)
        swap(&splitter, &self.splitter)
        splitter.cut(bytes, keepingReturns: true) { text, _ in
            if toSkip > 0 {
                toSkip -= 1
                return
            }
            guard let line = reader.line(text) else { return }
            lineCount += 1
            onLine(line)
        }
        swap(&splitter, &self.splitter)
    }

    private mutating func read(_ onLine: (BuildLogLine) -> Void) throws(FileError) -> Bool {
        guard path.exists else { return false }
        if Int64(try path.byteCount()) < offset { beginAnew() }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        let count: Int
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            count = try file.closeAfter { try buffer.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: offset, into: $0) } }
        } catch {
            let errno = error as? Errno ?? .ioError
            throw errno == .noSuchFileOrDirectory ? .missing(path) : .system(action: "read", path: path, errno: errno)
        }
        offset += Int64(count)
        buffer.withUnsafeBytes { feed(UnsafeRawBufferPointer(rebasing: $0[..<count]), onLine) }
        return count > 0
    }
}
