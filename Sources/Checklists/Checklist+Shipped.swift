import Foundation

extension Checklist {
    /// The checklists in the binary. `Resources` is a link to the repository's `checklists/`, so that each has one file.
    private static let shippedContents: [(name: String, content: [UInt8])] = [
        ("manual-build", PackageResources.manual_build_yaml), ("review", PackageResources.review_yaml),
        ("channel-owner", PackageResources.channel_owner_yaml),
    ]

    public static var shippedNames: [String] { shippedContents.map(\.name) }

    /// The checklist called `name` that came with this program.
    public static func shipped(_ name: String) throws(ChecklistError) -> Checklist {
        guard let found = shippedContents.first(where: { $0.name == name }) else { throw .unknownChecklist(name, known: shippedNames) }
        return try Checklist(parsing: Data(found.content))
    }
}
