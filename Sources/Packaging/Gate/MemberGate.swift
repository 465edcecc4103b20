import Archiving

/// The one gate that every member of an artifact passes, whoever reads it and whatever for.
///
/// It counts what comes instead of believing what is said, and remembers every path, so that no member can stand for another.
struct MemberGate {
    private enum Known { case file, folder, impliedFolder, link, special }

    private let limits: ReadingLimits
    private let packedBytes: Int64
    private var known: [String: Known] = [:]
    private var folded: [[UInt8]: String] = [:]
    private var turningLinks: [(path: String, target: String)] = []
    private var linkTargets: [String: String] = [:]
    private var clash: (path: String, other: String)?
    private var members = 0
    private var bytes: Int64 = 0
    private var memberBytes: Int64 = 0
    private var infoBytes: Int64 = 0
    private var part = ArtifactMember.Part.payload
    private var lastParent = ""

    init(limits: ReadingLimits, packedBytes: Int64) {
        self.limits = limits
        self.packedBytes = max(packedBytes, 1)
    }

    /// Judges a header. Nil means the root folder itself, which some tools write and which is nothing.
    ///
    /// - Parameter allowed: the part that this archive may hold; nil when it may hold both.
    mutating func admit(_ entry: ArchiveEntry, allowed: ArtifactMember.Part?) throws(PackagingError) -> ArtifactMember? {
        func refuse(_ refusal: MemberRefusal) -> PackagingError { .refused(member: entry.path, refusal) }
        members += 1
        guard members <= limits.members else { throw .tooMuch(limit: .members, allowed: Int64(limits.members)) }
        guard entry.path.utf8.count <= limits.pathBytes else { throw .tooMuch(limit: .pathBytes, allowed: Int64(limits.pathBytes)) }
        guard entry.size >= 0, entry.size <= limits.memberBytes else { throw .tooMuch(limit: .memberBytes, allowed: limits.memberBytes) }
        let normalized: String?
        do throws(MemberPathRefusal) { normalized = try MemberPath.normalized(entry.path) } catch { throw refuse(error.refusal) }
        guard let path = normalized else {
            guard entry.kind == .directory else { throw refuse(.emptyName) }
            return nil
        }
        let isInfo = path == "info" || path.hasPrefix("info/")
        part = isInfo ? .info : .payload
        if let allowed, allowed != part { throw refuse(.outOfPlace) }
        memberBytes = 0
        let kind = try kind(of: entry, at: path)
        try remember(path, kind, refuse)
        return ArtifactMember(
            path: path, part: part, kind: kind, size: kind == .file ? entry.size : 0, mode: entry.mode, modified: entry.modified)
    }

    private mutating func kind(of entry: ArchiveEntry, at path: String) throws(PackagingError) -> ArtifactMember.Kind {
        switch entry.kind {
        case .file: return .file
        case .directory: return .directory
        case .special(let name): throw .refused(member: entry.path, .special(name))
        case .symbolicLink(let target):
            let verdict = MemberPath.judge(link: path, target: target)
            guard verdict.staysInside, target.utf8.count <= limits.pathBytes else { throw .refused(member: entry.path, .linkLeaves(target: target)) }
            if verdict.hasTurn { turningLinks.append((path, target)) }
            linkTargets[path] = target
            return .symbolicLink(target: target)
        case .hardLink(let target):
            let refusal = PackagingError.refused(member: entry.path, .badHardLink(target: target))
            guard let normalized = try? MemberPath.normalized(target), known[normalized] == .file else { throw refusal }
            return .hardLink(target: normalized)
        }
    }

    /// Enters the path and the folders above it, and refuses what is there already as something else.
    private mutating func remember(
        _ path: String, _ kind: ArtifactMember.Kind, _ refuse: (MemberRefusal) -> PackagingError
    ) throws(PackagingError) {
        let now: Known
        switch kind {
        case .file, .hardLink: now = .file
        case .directory: now = .folder
        case .symbolicLink: now = .link
        }
        switch (known[path], now) {
        case (nil, _):
            known[path] = now
            noteCase(of: path)
        case (.impliedFolder, .folder): known[path] = now
        // A folder that holds members already and is now said to be something else is as bad as a second file.
        default: throw refuse(.duplicate)
        }
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return }
        let parent = path[..<slash]
        if parent == lastParent { return }
        var rest = parent
        while !rest.isEmpty {
            let folder = String(rest)
            switch known[folder] {
            case nil:
                known[folder] = .impliedFolder
                noteCase(of: folder)
            case .folder, .impliedFolder: break
            default: throw refuse(.belowNonFolder(folder))
            }
            guard let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) else { break }
            rest = rest[..<slash]
        }
        lastParent = String(parent)
    }

    private mutating func noteCase(of path: String) {
        let key = MemberPath.folded(path)
        if let other = folded[key] {
            if clash == nil { clash = (path, other) }
        } else {
            folded[key] = path
        }
    }

    /// Counts bytes of the member that was admitted last.
    mutating func count(_ count: Int) throws(PackagingError) {
        bytes += Int64(count)
        memberBytes += Int64(count)
        guard memberBytes <= limits.memberBytes else { throw .tooMuch(limit: .memberBytes, allowed: limits.memberBytes) }
        guard bytes <= limits.bytes else { throw .tooMuch(limit: .bytes, allowed: limits.bytes) }
        if bytes > 64 << 20, bytes / packedBytes >= limits.ratio { throw .tooMuch(limit: .ratio, allowed: limits.ratio) }
        guard part == .info else { return }
        infoBytes += Int64(count)
        guard infoBytes <= limits.infoBytes else { throw .tooMuch(limit: .infoBytes, allowed: limits.infoBytes) }
    }

    /// Judges what can only be judged when everything is known.
    ///
    /// - Parameter isCaseSensitive: whether the artifact is for a system that tells `a` from `A`. Real packages for Linux hold both
    ///   (ncurses' terminfo, the kernel's headers); a package for anything else must not.
    mutating func finish(isCaseSensitive: Bool) throws(PackagingError) {
        if let clash, !isCaseSensitive { throw .refused(member: clash.path, .clashes(with: clash.other)) }
        for link in turningLinks where !resolves(link.path, link.target) {
            throw .refused(member: link.path, .linkLeaves(target: link.target))
        }
    }

    /// Follows a link through the artifact's own links, as the kernel would, and says whether it stays inside.
    private func resolves(_ path: String, _ target: String) -> Bool {
        var place = path.split(separator: "/").dropLast().map(String.init)
        var todo = Array(target.split(separator: "/").map(String.init).reversed())
        var steps = 0
        while let part = todo.popLast() {
            steps += 1
            guard steps < 10_000 else { return false }
            switch part {
            case ".", "": continue
            case "..":
                guard !place.isEmpty else { return false }
                place.removeLast()
            default:
                place.append(part)
                if let next = linkTargets[place.joined(separator: "/")] {
                    place.removeLast()
                    todo += next.split(separator: "/").map(String.init).reversed()
                }
            }
        }
        return true
    }
}
