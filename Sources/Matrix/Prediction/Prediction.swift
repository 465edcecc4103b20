import Conda

/// What can be said of a cell before anything runs there, from the artifact's bytes and the system's C library alone.
///
/// It is shown beside what happened. It can be wrong in one way: a file that cannot be loaded may be one that no test loads.
public struct Prediction: Codable, Hashable, Sendable {
    public var outcome: Outcome.Kind
    /// One sentence for people.
    public var reason: String
    /// What the artifact should have declared, such as `__glibc >=2.34`; nil where nothing is wanting.
    public var shouldDeclare: String?

    public init(outcome: Outcome.Kind, reason: String, shouldDeclare: String? = nil) {
        self.outcome = outcome
        self.reason = reason
        self.shouldDeclare = shouldDeclare
    }

    /// Nil where the system's C library is not known.
    public init?(of subject: Subject, on libc: LibC?) {
        guard let libc else { return nil }
        shouldDeclare = subject.needs.missingBound(dependencies: subject.index.depends)
        if let bound = GlibcBound(dependencies: subject.index.depends), !bound.isMet(by: libc) {
            outcome = .uninstallable
            reason = "it declares `\(subject.index.depends.first { $0.hasPrefix("__glibc") } ?? "__glibc")`, and the system has \(libc)"
            return
        }
        if libc.isGlibc, let highest = subject.needs.highest, GlibcBound.isOlder(libc.version, than: highest.version) {
            outcome = .failed
            reason = "`\(highest.path)` needs GLIBC_\(highest.version), and the system has \(libc.version)"
            return
        }
        if !libc.isGlibc, let file = subject.needs.files.first(where: \.isForGlibc) {
            outcome = .failed
            reason = "`\(file.path)` is linked against glibc, and the system has \(libc)"
            return
        }
        outcome = .passed
        reason = "nothing in it asks for more than \(libc)"
    }
}
