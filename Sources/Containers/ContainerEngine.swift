public import Foundation
public import Processes

/// What runs containers: podman or docker through their command lines (`Engine`), or a script in tests (`ScriptedEngine`).
///
/// A cancelled task leaves no container behind where `run` was called, and leaves it running where `start` or `follow` was.
public protocol ContainerEngine: Sendable {
    /// Asks the engine what it is; throws `ContainerError.engineMissing` or `.engineUnusable`, which say what to do.
    func facts() async throws(ContainerError) -> EngineFacts

    /// The image of this reference or id, nil if the engine does not hold it. Never pulls.
    func image(_ reference: String) async throws(ContainerError) -> ImageFacts?
    func pull(_ reference: String, onLine: @escaping @Sendable (OutputLine) -> Void) async throws(ContainerError)

    /// Runs a container to its end and removes it, however this ends.
    func run(_ request: ContainerRequest, onLine: @escaping @Sendable (OutputLine) -> Void) async throws(ContainerError) -> ContainerExit
    /// Starts a container that outlives us and returns its id.
    func start(_ request: ContainerRequest) async throws(ContainerError) -> String
    /// Its log from `since` on, in the order and with the times in which it was written, until the container ends if `follow`, else what there is.
    func log(
        of container: String, follow: Bool, since: Date?, onLine: @escaping @Sendable (OutputLine) -> Void
    ) async throws(ContainerError)
    /// Waits for the end of a container that was started before.
    func wait(for container: String) async throws(ContainerError) -> ContainerExit

    /// Makes an image of what a container that has ended left on its disk; an image of this reference is replaced.
    func commit(_ container: String, as reference: String) async throws(ContainerError)

    /// Nil if there is none of this name or id.
    func container(_ name: String) async throws(ContainerError) -> ContainerFacts?
    /// All that carry the label with this value, or with any, running or not.
    func containers(label: String, value: String?) async throws(ContainerError) -> [ContainerFacts]
    /// Sends a signal by its number to the first process.
    func kill(_ container: String, signal: Int32) async throws(ContainerError)
    /// SIGTERM, then SIGKILL after `grace` seconds.
    func stop(_ container: String, grace: Int) async throws(ContainerError)
    func pause(_ container: String) async throws(ContainerError)
    func resume(_ container: String) async throws(ContainerError)
    /// Ends it if it runs, and takes it away; content when it is not there.
    func remove(_ container: String) async throws(ContainerError)
}
