import Archiving
import Conda
import JSONReading
public import SystemPackage

extension Artifact {
    /// Every problem of the artifact, in the order of paths; none means that it is what it says it is.
    ///
    /// One pass, nothing written. What cannot be read to its end is a problem, not an error; errors are for what kept us from
    /// looking, such as a disk that fails.
    public func check() throws(PackagingError) -> [Problem] {
        var visitor = CheckVisitor()
        do throws(PackagingError) { try visit(with: &visitor) } catch {
            switch error {
            case .file, .archive(.file), .stopped: throw error
            default: return [Problem(.unreadable, nil, error.message)]
            }
        }
        var problems: [Problem] = []
        let info = InfoFolder(files: visitor.info.files)
        problems += InfoCheck(info: info, others: visitor.otherInfo).problems()
        problems += nameProblems(info)
        if info["paths.json"] != nil {
            do throws(PackagingError) { problems += PathsCheck(paths: try info.paths(), payload: visitor.payload).problems() } catch {
                problems.append(Problem(.badInfo, "info/paths.json", error.message))
            }
        }
        return problems.sorted { ($0.path ?? "", $0.code.rawValue, $0.message) < ($1.path ?? "", $1.code.rawValue, $1.message) }
    }

    /// `open(_:)` and `check()` in one, so that an outside that cannot be opened is a problem like any other.
    public static func check(
        _ path: FilePath, limits: ReadingLimits = ReadingLimits(), stop: StopFlag = StopFlag()
    ) throws(PackagingError) -> [Problem] {
        let artifact: Artifact
        do throws(PackagingError) { artifact = try open(path, limits: limits, stop: stop) } catch {
            switch error {
            case .file, .archive(.file), .name: throw error
            default: return [Problem(.unreadable, nil, error.message)]
            }
        }
        return try artifact.check()
    }

    private func nameProblems(_ info: InfoFolder) -> [Problem] {
        guard let index = try? info.index() else { return [] }
        let stem = "\(index.name)-\(index.version)-\(index.build)"
        var problems: [Problem] = []
        if let name = path.lastComponent?.string, name != stem + format.fileExtension {
            problems.append(
                Problem(.wrongName, nil, "the file is called `\(name.shown)` and `index.json` says `\((stem + format.fileExtension).shown)`"))
        }
        if case .conda(let conda) = container, conda.stem != stem {
            problems.append(Problem(.wrongName, nil, "the inner archives are named for `\(conda.stem.shown)` and `index.json` says `\(stem.shown)`"))
        }
        return problems
    }
}

/// Hashes the payload and keeps `info/`.
struct CheckVisitor: MemberVisitor {
    var info = InfoCollector()
    var payload = PayloadRecords()
    /// Members of `info/` that are no files.
    var otherInfo: [ArtifactMember] = []
    private let hasher = MemberHasher()
    private var isInfo = false

    mutating func begin(_ member: ArtifactMember) {
        isInfo = member.part == .info
        if isInfo { info.begin(member) }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        if isInfo { info.take(bytes) } else { hasher.take(bytes) }
    }

    mutating func end(_ member: ArtifactMember) {
        guard !isInfo else {
            if case .symbolicLink = member.kind { otherInfo.append(member) }
            return info.end(member)
        }
        payload.add(member, sha256: member.kind == .file ? hasher.finish() : nil)
    }
}
