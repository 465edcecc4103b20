import Basics
import Files
import Foundation
public import SystemPackage
import YAMLReading

/// The images that hallmark knows, as `docker/images.yaml` lists them.
public struct ImageCatalogue: Sendable, Hashable, Codable {
    public enum Role: String, Sendable, Hashable, Codable {
        /// Packages are tested in it.
        case cell
        /// Packages are built in it.
        case builder
    }

    public struct CLibrary: Sendable, Hashable, Codable {
        /// `glibc` or `musl`.
        public var name: String
        public var version: String
        public init(name: String, version: String) {
            self.name = name
            self.version = version
        }
    }

    public struct Image: Sendable, Hashable, Codable {
        public var name: String
        public var role: Role
        /// What people call the distribution.
        public var distribution: String
        /// The tag to pull where a registry can be reached; nil where there is nothing to pull.
        public var reference: String?
        /// The image that `docker/make-images.sh` makes from Debian's packages; nil where it cannot be made.
        public var local: String?
        /// Declared, so that a plan can be made without starting the image.
        public var libc: CLibrary
        /// The outcome that a package built for glibc 2.31 should have there.
        public var expect: String?

        public init(
            name: String, role: Role, distribution: String, reference: String? = nil, local: String? = nil, libc: CLibrary, expect: String? = nil
        ) {
            self.name = name
            self.role = role
            self.distribution = distribution
            self.reference = reference
            self.local = local
            self.libc = libc
            self.expect = expect
        }

        /// The references to look for, in the order in which they are preferred: what was pulled is the real distribution.
        public var references: [String] { [reference, local].compactMap { $0 } }
    }

    public var images: [Image]

    public init(images: [Image]) { self.images = images }

    public init(reading path: FilePath) throws(ContainerError) {
        let data: Data
        do { data = try path.contents(limit: 4 << 20) } catch { throw .file(error) }
        do { self = try YAML.decode(ImageCatalogue.self, from: data) } catch { throw .yaml(path, error) }
    }

    public subscript(name: String) -> Image? { images.first { $0.name == name } }
    public func images(of role: Role) -> [Image] { images.filter { $0.role == role } }
}

extension ImageCatalogue.Image {
    /// The first of `references` that the engine holds; nil if it holds none of them: the image is unavailable here.
    public func held(by engine: any ContainerEngine) async throws(ContainerError) -> (reference: String, facts: ImageFacts)? {
        for reference in references {
            if let facts = try await engine.image(reference) { return (reference, facts) }
        }
        return nil
    }
}
