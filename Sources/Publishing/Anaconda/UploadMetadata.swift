import Basics
import Conda
import Cryptography
import Foundation
import JSONReading

/// The bodies that anaconda.org's upload calls take; members and their order are those of its own client.
enum UploadMetadata {
    static func package(_ artifact: OutgoingArtifact) -> JSONValue {
        let about = artifact.about
        return [
            "public": true, "publish": false,
            "public_attrs": [
                "name": .string(artifact.path.name.package), "summary": text(about["summary"]) ?? "", "description": text(about["description"]) ?? "",
                "license": ["name": license(artifact), "url": text(about["license_url"]) ?? .null, "family": family(artifact)],
                "license_url": text(about["license_url"]) ?? .null, "license_family": family(artifact), "dev_url": text(about["dev_url"]) ?? .null,
                "doc_url": text(about["doc_url"]) ?? .null, "home": text(about["home"]) ?? .null,
                "source_git_url": text(about["source_git_url"]) ?? .null, "package_types": ["conda"],
            ],
        ]
    }

    static func release(_ artifact: OutgoingArtifact) -> JSONValue {
        let about = artifact.about
        return [
            "requirements": [], "announce": nil, "description": "", "version": .string(artifact.path.name.version),
            "home_page": text(about["home"]) ?? .null, "summary": text(about["summary"]) ?? "", "dev_url": text(about["dev_url"]) ?? .null,
            "doc_url": text(about["doc_url"]) ?? .null, "home": text(about["home"]) ?? .null,
            "source_git_url": text(about["source_git_url"]) ?? .null, "source_git_tag": text(about["source_git_tag"]) ?? .null, "icon": nil,
            "license": license(artifact), "license_url": text(about["license_url"]) ?? .null, "license_family": family(artifact),
        ]
    }

    static func stage(_ artifact: OutgoingArtifact, _ label: Label) -> JSONValue {
        [
            "distribution_type": "conda", "description": nil, "attrs": artifact.index,
            "dependencies": ["depends": .array((artifact.index["depends"]?.array ?? []).compactMap(\.string).map(dependency))],
            "channels": [.string(label.name)], "sha256": .string(artifact.digests.sha256.hexadecimal),
        ]
    }

    /// `name >=1,<2 build` as `{"name", "specs": [[operator, version], …]}`; the build string has no place there.
    static func dependency(_ spec: String) -> JSONValue {
        let parts = spec.split(separator: " ")
        let versions = parts.dropFirst().first?.split(separator: ",") ?? []
        let specs = versions.map { version -> JSONValue in
            let sign = version.prefix { "<>=!~".contains($0) }
            return [.string(sign.isEmpty ? "==" : String(sign)), .string(String(version.dropFirst(sign.count)))]
        }
        return ["name": .string(parts.first.map(String.init) ?? ""), "specs": .array(specs)]
    }

    /// Recipes write a list where there are several addresses; servers take the first.
    private static func text(_ value: JSONValue?) -> JSONValue? {
        guard let text = value?.string ?? value?[0]?.string, !text.isEmpty else { return nil }
        return .string(text)
    }

    private static func license(_ artifact: OutgoingArtifact) -> JSONValue {
        text(artifact.about["license"]) ?? text(artifact.index["license"]) ?? .null
    }
    private static func family(_ artifact: OutgoingArtifact) -> JSONValue {
        text(artifact.about["license_family"]) ?? text(artifact.index["license_family"]) ?? .null
    }
}
