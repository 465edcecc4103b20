import Basics
import Conda
import Hummingbird
import JSONReading

extension ChannelService {
    func user(_ owner: Owner?, _ caller: Caller?) async throws -> Response {
        guard let owner else {
            guard let caller else { throw APIFailure.unauthorized }
            return Answer.json(["login": .string(caller.owner.name), "name": .string(caller.owner.name), "user_type": "org"])
        }
        guard try await store.owner(owner) != nil else { throw APIFailure.notFound("user `\(owner)`") }
        return Answer.json(["login": .string(owner.name), "name": .string(owner.name), "user_type": "org"])
    }

    func authentication(_ caller: Caller?) async throws -> Response {
        guard let caller else { throw APIFailure.unauthorized }
        return Answer.json([
            "application": .string(caller.name), "owner": .string(caller.owner.name),
            "scopes": .array(caller.scopes.sorted().map { .string($0.rawValue) }),
        ])
    }

    func package(_ name: String, of owner: Owner, _ caller: Caller?) async throws -> Response {
        _ = try await visible(owner, to: caller)
        guard let package = try await store.package(name, of: owner) else { throw APIFailure.notFound("package `\(name)` of `\(owner)`") }
        return Answer.json(try await shown(package))
    }

    func addPackage(_ name: String, to owner: Owner, _ request: Request, _ caller: Caller?) async throws -> Response {
        _ = try await permitted(.upload, on: owner, to: caller)
        guard try await store.package(name, of: owner) == nil else { throw APIFailure(.conflict, "package `\(name)` of `\(owner)` exists") }
        let body = try await json(of: request)
        let package = StoredPackage(owner: owner, name: name, attributes: text(of: body["public_attrs"]), createdAt: Timestamp.now.seconds)
        try await store.save(package)
        return Answer.json(try await shown(package))
    }

    func changePackage(_ name: String, of owner: Owner, _ request: Request, _ caller: Caller?) async throws -> Response {
        _ = try await permitted(.upload, on: owner, to: caller)
        guard var package = try await store.package(name, of: owner) else { throw APIFailure.notFound("package `\(name)` of `\(owner)`") }
        package.attributes = try merged(package.attributes, try await json(of: request)["public_attrs"])
        try await store.save(package)
        return Answer.json(try await shown(package))
    }

    func release(_ version: String, of name: String, of owner: Owner, _ caller: Caller?) async throws -> Response {
        _ = try await visible(owner, to: caller)
        guard let release = try await store.release(version, of: name, of: owner) else {
            throw APIFailure.notFound("version `\(version)` of `\(name)` of `\(owner)`")
        }
        return Answer.json(try await shown(release))
    }

    func addRelease(_ version: String, of name: String, to owner: Owner, _ request: Request, _ caller: Caller?) async throws -> Response {
        _ = try await permitted(.upload, on: owner, to: caller)
        guard try await store.package(name, of: owner) != nil else { throw APIFailure.notFound("package `\(name)` of `\(owner)`") }
        guard try await store.release(version, of: name, of: owner) == nil else {
            throw APIFailure(.conflict, "version `\(version)` of `\(name)` of `\(owner)` exists")
        }
        let release = StoredRelease(
            owner: owner, package: name, version: version, attributes: text(of: try await json(of: request)), createdAt: Timestamp.now.seconds)
        try await store.save(release)
        return Answer.json(try await shown(release))
    }

    func changeRelease(_ version: String, of name: String, of owner: Owner, _ request: Request, _ caller: Caller?) async throws -> Response {
        _ = try await permitted(.upload, on: owner, to: caller)
        guard var release = try await store.release(version, of: name, of: owner) else {
            throw APIFailure.notFound("version `\(version)` of `\(name)` of `\(owner)`")
        }
        release.attributes = try merged(release.attributes, try await json(of: request)["public_attrs"])
        try await store.save(release)
        return Answer.json(try await shown(release))
    }

    /// Clients tidy up the empty package that a failed upload leaves; files are removed one by one or not at all.
    func removeEmpty(_ name: String, version: String?, of owner: Owner, _ caller: Caller?) async throws -> Response {
        _ = try await permitted(.upload, on: owner, to: caller)
        guard try await store.removeEmpty(name, version: version, of: owner) else {
            throw APIFailure(.conflict, "`\(name)` of `\(owner)` still holds files")
        }
        return Answer.json([:], .created)
    }

    private func shown(_ package: StoredPackage) async throws -> JSONValue {
        let files = try await store.files(of: package.owner, package: package.name)
        let versions = try await store.releases(of: package.name, of: package.owner).map(\.version)
        let own: [JSONValue.Member] = [
            .init("name", .string(package.name)), .init("owner", ["login": .string(package.owner.name)]), .init("public", true),
            .init("package_types", ["conda"]), .init("versions", .array(versions.map { .string($0) })),
            .init("conda_platforms", .array(Set(files.map(\.file.subdir.name)).sorted().map { .string($0) })),
            .init("created_at", .string(APITime.text(package.createdAt))), .init("files", .array(try files.map { try shown($0) })),
        ]
        return .object(own + (try attributes(package.attributes, without: own)))
    }

    private func shown(_ release: StoredRelease) async throws -> JSONValue {
        let files = try await store.files(of: release.owner, package: release.package, version: release.version)
        let own: [JSONValue.Member] = [
            .init("version", .string(release.version)), .init("full_name", .string("\(release.owner)/\(release.package)/\(release.version)")),
            .init("created_at", .string(APITime.text(release.createdAt))), .init("distributions", .array(try files.map { try shown($0) })),
        ]
        return .object(own + (try attributes(release.attributes, without: own)))
    }

    private func attributes(_ text: String, without own: [JSONValue.Member]) throws -> [JSONValue.Member] {
        let taken = Set(own.map(\.key))
        return try JSONValue(parsing: text).object?.filter { !taken.contains($0.key) } ?? []
    }

    private func text(of value: JSONValue?) -> String {
        let value = value?.object == nil ? [:] : value ?? [:]
        return String(decoding: value.serialized(), as: UTF8.self)
    }

    private func merged(_ text: String, _ changes: JSONValue?) throws -> String {
        var members = try JSONValue(parsing: text).object ?? []
        for change in changes?.object ?? [] {
            members.removeAll { $0.key == change.key }
            members.append(change)
        }
        return self.text(of: .object(members))
    }
}

/// Times as anaconda.org writes them.
enum APITime {
    static func text(_ seconds: Timestamp.Seconds) -> String {
        Timestamp(seconds: seconds).description.replacing("T", with: " ").replacing("Z", with: ".000000+00:00")
    }
}
