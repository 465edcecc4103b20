import Foundation
import JSONReading
import SystemPackage

extension ContainerFacts {
    /// Reads one element of what `container inspect` prints; nil if it names no id and no state.
    init?(_ json: JSONValue) {
        guard let id = json["Id"]?.string, let state = json["State"], let status = state["Status"]?.string else { return nil }
        let log = json["HostConfig"]?["LogConfig"]
        let logFile: String? =
            switch log?["Type"]?.string {
            case "k8s-file": log?["Path"]?.string
            // Not one that is cut off at its beginning, as it may be on machines that limit logs.
            case "json-file" where log?["Config"]?["max-size"]?.string == EngineKind.dockerLogSize: json["LogPath"]?.string
            default: nil
            }
        self.init(
            id: id, name: String((json["Name"]?.string ?? "").drop { $0 == "/" }), imageID: Engine.digest(json["Image"]?.string ?? ""),
            labels: Engine.labels(json["Config"]?["Labels"]), storage: json["Driver"]?.string ?? "", state: Self.state(status),
            exitCode: Int32(truncatingIfNeeded: state["ExitCode"]?.integer ?? 0),
            isKilledForMemory: state["OOMKilled"]?.bool ?? false, startError: state["Error"]?.string ?? "",
            memoryLimit: json["HostConfig"]?["Memory"]?.integer ?? 0, created: Self.date(json["Created"]?.string),
            started: Self.date(state["StartedAt"]?.string), finished: Self.date(state["FinishedAt"]?.string),
            processID: Int32(truncatingIfNeeded: state["Pid"]?.integer ?? 0),
            monitorID: Int32(truncatingIfNeeded: state["ConmonPid"]?.integer ?? 0), logFile: logFile.flatMap { $0.isEmpty ? nil : FilePath($0) })
    }

    private static func state(_ text: String) -> State {
        switch text {
        case "created", "configured", "initialized": .created
        case "running", "stopping", "restarting": .running
        case "paused": .paused
        case "exited", "stopped", "removing": .exited
        case "dead": .dead
        default: .unknown
        }
    }

    /// Nil also for year 1, which engines write for never.
    private static func date(_ text: String?) -> Date? {
        guard let text, let time = EngineTime(text), time.nanoseconds > 0 else { return nil }
        return time.date
    }
}
