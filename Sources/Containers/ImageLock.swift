public import Basics
import Files
import Foundation
import JSONReading
public import SystemPackage

/// Which bytes each image reference meant at first use, kept in a file: a tag that moves later is noticed.
///
/// What stands here was asked of an engine that held the image. Nothing is ever written from a reference alone.
public struct ImageLock: Sendable, Hashable, Codable {
    public struct Entry: Sendable, Hashable, Codable {
        public var id: String
        public var digests: [String]
        public var architecture: String
        public var locked: Timestamp

        public init(id: String, digests: [String], architecture: String, locked: Timestamp) {
            self.id = id
            self.digests = digests
            self.architecture = architecture
            self.locked = locked
        }
    }

    public private(set) var images: [String: Entry]

    public init() { images = [:] }

    /// Reads the file at `path`; an empty lock if there is none.
    public init(reading path: FilePath) throws(ContainerError) {
        guard path.exists else {
            self.init()
            return
        }
        let data: Data
        do { data = try path.contents(limit: 4 << 20) } catch { throw .file(error) }
        do { self = try StrictJSON.decode(ImageLock.self, from: data) } catch { throw .json(path, error) }
    }

    public func write(to path: FilePath) throws(ContainerError) {
        let data: Data
        do { data = try StrictJSON.encode(self, pretty: true) } catch { throw .json(path, error) }
        do { try path.replaceContents(with: data) } catch { throw .file(error) }
    }

    /// Locks `reference` as `facts` at first use, and later throws `ContainerError.imageChanged` unless it is the same image still.
    public mutating func confirm(_ reference: String, _ facts: ImageFacts, at time: Timestamp = .now) throws(ContainerError) {
        guard let entry = images[reference] else {
            images[reference] = Entry(id: facts.id, digests: facts.digests, architecture: facts.architecture, locked: time)
            return
        }
        guard entry.id == facts.id else { throw .imageChanged(reference: reference, locked: entry.id, found: facts.id) }
        // A push, a pull or a load gives the same image more names.
        images[reference]?.digests = Set(entry.digests).union(facts.digests).sorted()
    }

    /// Forgets what `reference` meant, so that the next use locks it anew: somebody looked at the change and wants it.
    public mutating func forget(_ reference: String) { images[reference] = nil }

    /// The image of `reference` as the engine holds it, confirmed against the lock; pulled first if it is not there and `pulling` says so.
    public mutating func resolve(
        _ reference: String, in engine: any ContainerEngine, pulling: Bool = false
    ) async throws(ContainerError) -> ImageFacts {
        var facts = try await engine.image(reference)
        if facts == nil, pulling {
            try await engine.pull(reference) { _ in }
            facts = try await engine.image(reference)
        }
        guard let facts else { throw .imageMissing(reference) }
        try confirm(reference, facts)
        return facts
    }
}
