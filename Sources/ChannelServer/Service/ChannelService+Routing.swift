import Hummingbird
import JSONReading

extension ChannelService {
    /// Answers a call; what the server does not have is 404, what a page cannot do is 405.
    func answer(_ route: Route, _ request: Request, _ caller: Caller?, _ context: ChannelContext) async throws -> Response {
        // HEAD is GET without the body, which the responder takes away.
        let method = request.method == .head ? .get : request.method
        switch (method, route) {
        case (.get, .root): return Answer.json(["name": "hallmark-channel"])
        case (.get, .user(let owner)): return try await user(owner, caller)
        case (.get, .authentication): return try await authentication(caller)

        case (.get, .package(let owner, let name)): return try await package(name, of: owner, caller)
        case (.post, .package(let owner, let name)): return try await addPackage(name, to: owner, request, caller)
        case (.patch, .package(let owner, let name)): return try await changePackage(name, of: owner, request, caller)
        case (.delete, .package(let owner, let name)): return try await removeEmpty(name, version: nil, of: owner, caller)
        case (.get, .release(let owner, let name, let version)): return try await release(version, of: name, of: owner, caller)
        case (.post, .release(let owner, let name, let version)): return try await addRelease(version, of: name, to: owner, request, caller)
        case (.patch, .release(let owner, let name, let version)): return try await changeRelease(version, of: name, of: owner, request, caller)
        case (.delete, .release(let owner, let name, let version)): return try await removeEmpty(name, version: version, of: owner, caller)

        case (.get, .dist(let address)): return try await distribution(address, caller)
        case (.delete, .dist(let address)): return try await removeDistribution(address, caller)
        case (.get, .download(let address)): return try await download(address, request, caller, context)
        case (.post, .stage(let address)): return try await stage(address, request, caller)
        case (.post, .objects): return try await storeObject(request)
        case (.post, .commit(let address)): return try await commit(address, request, caller)

        case (.get, .labels(let owner)): return try await labels(of: owner, caller)
        case (.get, .label(let owner, let label)): return try await files(labelled: label, of: owner, caller)
        case (.post, .label(let owner, let label)): return try await addLabel(label, of: owner, request, caller)
        case (.delete, .label(let owner, let label)): return try await removeLabel(label, of: owner, request, caller)
        case (.post, .labelCopy(let owner, let from, let to)): return try await copyLabel(from, to: to, of: owner, caller)
        case (.post, .labelLock(let owner, let label)): return try await setLocked(true, label, of: owner, caller)
        case (.delete, .labelLock(let owner, let label)): return try await setLocked(false, label, of: owner, caller)

        case (.post, .copy(let owner, let name, let version, let basename)):
            return try await copy(.init(owner: owner, package: name, version: version, basename: basename, takesExisting: false), request, caller)
        // PUT asks to replace, which is never done; PATCH asks to add what is missing. Equal bytes satisfy both.
        case (.put, .copy(let owner, let name, let version, let basename)), (.patch, .copy(let owner, let name, let version, let basename)):
            return try await copy(.init(owner: owner, package: name, version: version, basename: basename, takesExisting: true), request, caller)
        case (.post, .feedstockCopy): return try await feedstockCopy(request)
        case (.post, .feedstockValidation): return Answer.json(["deprecated": true])

        case (.get, .evidenceList(let owner, let basename)): return try await evidenceList(basename, of: owner, caller)
        case (.get, .evidence(let owner, let basename, let kind)):
            return try await evidence(kind, of: basename, of: owner, label: nil, request, caller, context)
        case (.put, .evidence(let owner, let basename, let kind)):
            return try await addEvidence(kind, of: basename, of: owner, label: nil, request, caller)
        case (.get, .sidecar(let owner, let label, let basename, let kind)):
            return try await evidence(kind, of: basename, of: owner, label: label, request, caller, context)
        case (.put, .sidecar(let owner, let label, let basename, let kind)):
            return try await addEvidence(kind, of: basename, of: owner, label: label, request, caller)

        case (.get, .repodata(let owner, let label, let subdir)): return try await repodata(of: owner, label: label, subdir: subdir, request, caller)
        case (.get, .file(let owner, let label, let basename)):
            return try await serve(basename, of: owner, label: label, request, caller, context)
        default: throw APIFailure(.methodNotAllowed, "this page cannot \(request.method.rawValue)")
        }
    }
}
