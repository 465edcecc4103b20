public import Containers

extension MatrixPlan {
    /// The same plan with only those images that are what `lock` says; others are missing, with what to do.
    ///
    /// An image that the lock does not name stays as it is: it was not there when the lock was made.
    public func pinned(by lock: ImageLock) -> MatrixPlan {
        var plan = self
        for (index, entry) in entries.enumerated() {
            guard case .image(let image)? = entry.system?.kind, case .image(let reference, let facts) = entry.presence else { continue }
            guard let pinned = image.references.lazy.compactMap({ name in lock.images[name].map { (name, $0) } }).first else { continue }
            guard pinned.1.id != facts.id else { continue }
            let digest = pinned.1.digests.first.map { " (\($0))" } ?? ""
            plan.entries[index].presence = .missing(
                reason: "`\(reference)` is another image than the one that is pinned for `\(entry.cell.system)`, \(pinned.1.id)\(digest)",
                remedy: "pull the pinned one by its digest, or pin what is here with `hallmark matrix pin --renew`")
        }
        return plan
    }
}
