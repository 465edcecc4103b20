import Conda
import Foundation
import HTTPTypes

extension Route {
    /// Reads a request's path, query cut off. Throws `APIFailure` for a path that the server does not have.
    init(parsing path: some StringProtocol) throws {
        var raw = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if raw.last == "" { raw.removeLast() }
        let parts = try raw.map { part in
            guard let text = part.removingPercentEncoding, !text.isEmpty, !text.utf8.contains(0), text.utf8.count <= 1024 else {
                throw APIFailure(.badRequest, "the path cannot be read")
            }
            return text
        }
        guard let first = parts.first else {
            self = .root
            return
        }
        do {
            guard let route = try Self.api(first, Array(parts.dropFirst())) ?? Self.channel(parts) else { throw APIFailure.notFound("this page") }
            self = route
        } catch is OwnerError { throw APIFailure.notFound("this page") } catch is LabelError {
            throw APIFailure(.badRequest, "the path holds no legal label")
        } catch is SubdirError { throw APIFailure.notFound("this page") }
    }

    private static func api(_ first: String, _ rest: [String]) throws -> Route? {
        func owner() throws -> Owner { try Owner(parsing: rest[0]) }
        func name(_ index: Int) throws -> String {
            guard isPlain(rest[index]) else { throw APIFailure(.badRequest, "`\(rest[index])` is neither a package's name nor a version") }
            return rest[index]
        }
        func address() throws -> FileAddress {
            let basename = try Basename(parsing: rest[3...].joined(separator: "/"))
            let address = FileAddress(owner: try owner(), package: try name(1), version: try name(2), basename: basename)
            guard basename.artifact.package == address.package, basename.artifact.version == address.version else {
                throw APIFailure(.badRequest, "`\(basename)` is not a file of `\(address.package)` \(address.version)")
            }
            return address
        }
        switch (first, rest.count) {
        case ("user", 0): return .user(nil)
        case ("user", 1): return .user(try owner())
        case ("authentication", 0): return .authentication
        case ("package", 2): return .package(try owner(), try name(1))
        case ("release", 3): return .release(try owner(), try name(1), version: try name(2))
        case ("dist", 4...5): return .dist(try address())
        case ("stage", 4...5): return .stage(try address())
        case ("commit", 4...5): return .commit(try address())
        case ("download", 4...5): return .download(try address())
        case ("objects", 0): return .objects
        case ("channels", 1): return .labels(try owner())
        case ("channels", 2): return .label(try owner(), try Label(parsing: rest[1]))
        case ("channels", 3) where rest[2] == "lock": return .labelLock(try owner(), try Label(parsing: rest[1]))
        case ("channels", 4) where rest[2] == "copy":
            return .labelCopy(try owner(), from: try Label(parsing: rest[1]), to: try Label(parsing: rest[3]))
        case ("copy", 4...6) where rest[0] == "package":
            let basename = rest.count > 4 ? try Basename(parsing: rest[4...].joined(separator: "/")) : nil
            return .copy(try Owner(parsing: rest[1]), package: try name(2), version: try name(3), basename)
        case ("feedstock-outputs", 1) where rest[0] == "copy": return .feedstockCopy
        case ("feedstock-outputs", 1) where rest[0] == "validate": return .feedstockValidation
        case ("evidence", 2...3):
            let text = rest[1...].joined(separator: "/")
            guard let (artifact, kind) = Sidecar.split(text) else { return .evidenceList(try owner(), try Basename(parsing: text)) }
            return .evidence(try owner(), try Basename(parsing: artifact), kind)
        default: return nil
        }
    }

    /// `OWNER[/label/LABEL]/SUBDIR/FILE`.
    private static func channel(_ parts: [String]) throws -> Route? {
        let owner = try Owner(parsing: parts[0])
        let isMain = parts.count == 3
        guard isMain || parts.count == 5 && parts[1] == "label" else { return nil }
        let label = isMain ? .main : try Label(parsing: parts[2])
        let fileName = parts[parts.count - 1]
        let subdir = try Subdir(parsing: parts[parts.count - 2])
        if fileName == "repodata.json" { return .repodata(owner, label, subdir) }
        if let (artifact, kind) = Sidecar.split(fileName) {
            guard let artifact = try? ArtifactName(parsing: artifact) else { return nil }
            return .sidecar(owner, label, Basename(subdir: subdir, artifact: artifact), kind)
        }
        guard let artifact = try? ArtifactName(parsing: fileName) else { return nil }
        return .file(owner, label, Basename(subdir: subdir, artifact: artifact))
    }

    private static func isPlain(_ text: String) -> Bool {
        text.first != "."
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte) || "_-.+!".utf8.contains(byte)
            }
    }
}
