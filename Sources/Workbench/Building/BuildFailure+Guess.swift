import Containers
import Foundation

extension BuildFailure {
    /// What is known when a build has failed.
    struct Evidence {
        var scriptExit: Int32?
        var container: ContainerExit?
        var record: ShimRecord?
        var brokenPackages: [String]
        var hasMarker: Bool
        var isStopped: Bool
        var jobs: Int?
        /// The last lines, in order.
        var lines: [String]
        var freeBytes: Int?
    }

    /// Goes from what the engine knows for certain to what the log only hints at.
    init(guessing evidence: Evidence) {
        let lines = evidence.lines
        func last(_ patterns: [String]) -> String? {
            lines.last { line in patterns.contains { line.range(of: $0, options: .caseInsensitive) != nil } }.map { String($0.prefix(300)) }
        }
        let code = evidence.container?.code ?? evidence.scriptExit ?? 1
        if let failure = evidence.record?.failure, evidence.container == nil {
            self = .notStarted(failure)
        } else if evidence.isStopped {
            self = .stopped
        } else if let memory = evidence.container?.outOfMemory, memory != .no {
            self = .outOfMemory(isCertain: memory == .yes, line: nil, jobs: evidence.jobs)
        } else if let line = last(["no space left on device", "disk quota exceeded"]) {
            self = .diskFull(line: line)
        } else if let free = evidence.freeBytes, free < 1 << 20 {
            self = .diskFull(line: nil)
        } else if let line = last([
            "killed signal terminated program", "fatal error: killed", "virtual memory exhausted", "cannot allocate memory", "std::bad_alloc",
            "llvm error: out of memory", "out of memory allocating",
        ]) {
            self = .outOfMemory(isCertain: false, line: line, jobs: evidence.jobs)
        } else if !evidence.brokenPackages.isEmpty || last(["tests failed for", "package's tests failed", "✗ test"]) != nil {
            self = .testsFailed(packages: evidence.brokenPackages)
        } else if evidence.container == nil, let line = last(["there is no image", "no such image", "image not known", "is not here"]) {
            self = .imageMissing(Self.quoted(in: line) ?? line)
        } else if let line = last([
            "could not resolve host", "temporary failure in name resolution", "network is unreachable", "no route to host", "condahttperror",
            "failed to connect to", "error sending request for url", "could not be pulled", "could not resolve hostname",
        ]) {
            self = .noNetwork(line: line)
        } else if code == 137 {
            self = .killed
        } else if code == 143 || code == 130 {
            self = .stopped
        } else if code == 0, !evidence.hasMarker {
            self = .noMarker
        } else {
            // Our own script's last word says no more than the code does.
            let said = lines.filter { !$0.contains("was not built: the container ended with") }
            let isError = { (line: String) in line.range(of: "error", options: .caseInsensitive) != nil || line.contains("Exception: ") }
            self = .other(code: code, line: (said.last(where: isError) ?? said.last { !$0.isEmpty }).map { String($0.prefix(300)) })
        }
    }

    private static func quoted(in text: String) -> String? {
        for mark in ["`", "\""] as [Character] {
            let parts = text.split(separator: mark, omittingEmptySubsequences: false)
            if parts.count >= 3 { return String(parts[1]) }
        }
        return nil
    }
}
