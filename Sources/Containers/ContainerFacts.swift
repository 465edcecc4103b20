public import Foundation
public import SystemPackage

/// A container as the engine holds it.
public struct ContainerFacts: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, Codable {
        case created, running, paused, exited, dead, unknown
    }

    public var id: String
    public var name: String
    /// The id of its image.
    public var imageID: String
    public var labels: [String: String]
    /// The storage driver that holds its file system.
    public var storage: String
    public var state: State
    /// Means something once it has exited.
    public var exitCode: Int32
    public var isKilledForMemory: Bool
    /// What kept it from starting, in the engine's words.
    public var startError: String
    public var memoryLimit: Int64
    public var created: Date?
    public var started: Date?
    public var finished: Date?
    /// The first process's id on this machine; 0 when it does not run.
    public var processID: Int32
    /// The process that looks after the container and writes its log; podman's alone, 0 otherwise.
    public var monitorID: Int32
    /// The whole log: podman's `k8s-file`, or docker's `json-file`, which only root may read.
    public var logFile: FilePath?

    public var isOver: Bool { state == .exited || state == .dead }

    public init(
        id: String, name: String, imageID: String, labels: [String: String] = [:], storage: String = "", state: State, exitCode: Int32 = 0,
        isKilledForMemory: Bool = false,
        startError: String = "", memoryLimit: Int64 = 0, created: Date? = nil, started: Date? = nil, finished: Date? = nil, processID: Int32 = 0,
        monitorID: Int32 = 0,
        logFile: FilePath? = nil
    ) {
        self.id = id
        self.name = name
        self.imageID = imageID
        self.labels = labels
        self.storage = storage
        self.state = state
        self.exitCode = exitCode
        self.isKilledForMemory = isKilledForMemory
        self.startError = startError
        self.memoryLimit = memoryLimit
        self.created = created
        self.started = started
        self.finished = finished
        self.processID = processID
        self.monitorID = monitorID
        self.logFile = logFile
    }
}
