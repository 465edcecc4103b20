public import Basics
public import Files
public import JSONReading
public import Processes
public import SystemPackage
public import YAMLReading

/// What kept us from having a container's result.
public enum ContainerError: Explained, Hashable {
    case engineMissing(String)
    case engineUnusable(EngineKind, reason: String)
    case noRights(EngineKind, reason: String)
    case imageMissing(String)
    case pullFailed(String, reason: String)
    case imageChanged(reference: String, locked: String, found: String)
    case notAReference(String)
    case nameTaken(String)
    case containerMissing(String)
    /// The engine made no running container of the request.
    case notStarted(String, reason: String)
    case commandMissing(String, container: String)
    case cancelled(String)
    case refused(action: String, reason: String)
    case notUnderstood(String)
    case process(ProcessError)
    case file(FileError)
    case json(FilePath, JSONError)
    case yaml(FilePath, YAMLError)

    public var message: String {
        switch self {
        case .engineMissing(let name): "there is no container engine `\(name)` here"
        case .engineUnusable(let kind, let reason): "\(kind.rawValue) is installed but cannot be used: \(reason)"
        case .noRights(let kind, let reason): "this user may not use \(kind.rawValue): \(reason)"
        case .imageMissing(let reference): "the image `\(reference)` is not here"
        case .pullFailed(let reference, let reason): "the image `\(reference)` cannot be pulled: \(reason)"
        case .imageChanged(let reference, let locked, let found): "the image `\(reference)` is `\(found)` now, and was locked as `\(locked)`"
        case .notAReference(let text): "`\(text)` is not the name of an image"
        case .nameTaken(let name): "there is a container `\(name)` already"
        case .containerMissing(let name): "there is no container `\(name)`"
        case .notStarted(let name, let reason): "the container `\(name)` could not be started: \(reason)"
        case .commandMissing(let command, let container): "the image of the container `\(container)` has no program `\(command)` that can be run"
        case .cancelled(let name): "the container `\(name)` was stopped because we were asked to stop"
        case .refused(let action, let reason): "the engine refused to \(action): \(reason)"
        case .notUnderstood(let what): "the engine's answer was not understood: \(what)"
        case .process(let error): error.message
        case .file(let error): error.message
        case .json(let path, let error): "`\(path)` cannot be read: \(error.message)"
        case .yaml(let path, let error): "`\(path)` cannot be read: \(error.message)"
        }
    }

    public var hint: String? {
        switch self {
        case .engineMissing: "install podman or docker, or name another engine with `--engine`"
        case .engineUnusable(.docker, _): "start the docker daemon, or use podman with `--engine podman`"
        case .engineUnusable(.podman, _):
            "run `podman info` to see more; on machines with mixed control groups set CONTAINERS_CONF to docker/containers.conf"
        case .noRights(.docker, _): "ask to be put into the group `docker`, or use podman with `--engine podman`, which needs no rights"
        case .noRights(.podman, _): "ask for subordinate user numbers in /etc/subuid and /etc/subgid"
        case .imageMissing(let reference):
            "make it with `docker/make-images.sh`, or pull it with `docker pull \(reference)` or `podman pull \(reference)`"
        case .imageChanged: "look at what changed, then take its entry out of the lock file to pin it anew"
        case .nameTaken(let name): "look at it with `podman logs \(name)` or `docker logs \(name)`; it may be a build that still runs"
        case .process(let error): error.hint
        case .file(let error): error.hint
        default: nil
        }
    }
}
