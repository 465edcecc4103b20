import Foundation
import SystemPackage

extension Command {
    /// Becomes the program: it has our terminal, our process id and our place, and we are no more. Returns only by throwing.
    ///
    /// For what a person is to type into. Signals do again what they do by default, and the environment holds no secret, as for every child.
    public func replaceProcess() throws(ProcessError) {
        guard let path = executable.resolved(in: environment) else { throw .notFound(executable.description) }
        if let folder = workingDirectory, chdir(folder.string) != 0 { throw .workingDirectory(folder, command: executable.description) }
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT] { signal(number, SIG_DFL) }
        var words: [UnsafeMutablePointer<CChar>?] = ([path.string] + arguments).map { strdup($0) } + [nil]
        var values: [UnsafeMutablePointer<CChar>?] = environment.resolved().map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(path.string, &words, &values)
        let reason = String(cString: strerror(errno))
        for word in words + values { free(word) }
        throw .cannotStart(executable.description, reason: reason.lowercased())
    }
}
