import Foundation
import SystemPackage

extension Command {
    /// Runs the program with our terminal until it ends: for what a person reads or types into, such as a pager.
    ///
    /// It stays in our process group, because a terminal gives its keys to the group in its foreground alone. `input`, `timeout` and `grace` mean nothing here.
    public func runOnTerminal() async throws(ProcessError) -> ProcessExit {
        let outcome: Result<ProcessExit, ProcessError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: waited()) }
        }
        return try outcome.get()
    }

    private func waited() -> Result<ProcessExit, ProcessError> {
        guard let path = executable.resolved(in: environment) else { return .failure(.notFound(executable.description)) }
        var words: [UnsafeMutablePointer<CChar>?] = ([path.string] + arguments).map { strdup($0) } + [nil]
        var values: [UnsafeMutablePointer<CChar>?] = environment.resolved().map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + values { free(word) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // What we ignore or handle is ours.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        var pid: pid_t = 0
        let error = posix_spawn(&pid, path.string, nil, &attributes, &words, &values)
        guard error == 0 else { return .failure(.cannotStart(executable.description, reason: Errno(rawValue: error).description.lowercased())) }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { return .failure(.broken(executable.description, reason: Errno(rawValue: errno).description.lowercased())) }
        }
        let signal = status & 0x7f
        return .success(signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal))
    }
}
