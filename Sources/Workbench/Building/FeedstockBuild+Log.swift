import Basics
import Containers
import Files
import Foundation
import Processes
import SystemPackage

/// The log of a build that is begun, or taken up.
extension FeedstockBuild {
    /// What the script said before its container did, from the log that was begun before.
    func scriptLines() throws(BuildError) -> [BuildLogLine] {
        guard logFile.exists else { return [] }
        let text = try attempt { () throws(FileError) in
            let size = try logFile.byteCount()
            return try logFile.text(limit: max(size, 1) + (64 << 20))
        }
        var lines: [BuildLogLine] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            guard let parsed = BuildLogLine(parsing: line), parsed.stream == .script else { break }
            lines.append(parsed)
        }
        return lines
    }

    /// In nanoseconds since 1970. The record has whole seconds; the engine knows of the last start alone, to the nanosecond.
    func restarts(of container: ContainerFacts) throws(BuildError) -> [Int64] {
        do throws(ContainerError) {
            var seconds = try ShimRecord(reading: recordFile)?.startedAgain?.map { Double($0.seconds) } ?? []
            if !seconds.isEmpty, let started = container.started { seconds[seconds.count - 1] = started.timeIntervalSince1970 }
            return seconds.map { Int64($0 * 1e9) }
        } catch { throw .container(error) }
    }

    func openLog(prefix: [BuildLogLine], restarts: [Int64] = [], _ onEvent: @escaping @Sendable (BuildEvent) -> Void) throws(BuildError)
        -> BuildLog
    {
        let redaction = Redaction(values: ChildEnvironment.withheldValues())
        let log: BuildLog
        do throws(FileError) {
            log = BuildLog(
                try BuildLogWriter.create(at: logFile, redaction: redaction, restarts: restarts), showsEveryLine: showsEveryLine, onEvent: onEvent)
        } catch {
            throw .file(error)
        }
        for line in prefix { log.append(line) }
        return log
    }
}
