import Archiving
import JSONReading

/// The outside of a `.conda` (CEP 35): a ZIP with `metadata.json`, `pkg-*.tar.zst` and `info-*.tar.zst`, and nothing else.
struct CondaContainer: Sendable {
    let zip: StoredZip
    let metadata: StoredZip.Member
    let payload: StoredZip.Member
    let info: StoredZip.Member
    /// `name-version-build`, which both inner archives carry.
    let stem: String

    init(reading file: OpenedFile) throws(PackagingError) {
        do throws(ArchiveError) { zip = try StoredZip(reading: file) } catch { throw .archive(error) }
        var (metadata, payload, info): (StoredZip.Member?, StoredZip.Member?, StoredZip.Member?)
        var stems: [Substring] = []
        for member in zip.members {
            if member.name == "metadata.json" {
                metadata = member
            } else if payload == nil, member.name.hasPrefix("pkg-"), member.name.hasSuffix(".tar.zst") {
                payload = member
                stems.append(member.name.dropFirst(4).dropLast(8))
            } else if info == nil, member.name.hasPrefix("info-"), member.name.hasSuffix(".tar.zst") {
                info = member
                stems.append(member.name.dropFirst(5).dropLast(8))
            } else {
                throw .unexpectedMember(member.name)
            }
        }
        guard let metadata else { throw .missingMember("metadata.json") }
        guard let payload else { throw .missingMember("pkg-*.tar.zst") }
        guard let info else { throw .missingMember("info-*.tar.zst") }
        guard stems[0] == stems[1] else { throw .innerNames(payload.name, info.name) }
        stem = String(stems[0])
        (self.metadata, self.payload, self.info) = (metadata, payload, info)
        try checkVersion()
    }

    private func checkVersion() throws(PackagingError) {
        let text: [UInt8]
        do throws(ArchiveError) { text = try zip.contents(of: metadata, limit: 64 << 10) } catch { throw .archive(error) }
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: text) } catch { throw .badJSON(file: "metadata.json", error) }
        guard value["conda_pkg_format_version"]?.integer == 2 else { throw .formatVersion(String(decoding: text, as: UTF8.self)) }
    }
}
