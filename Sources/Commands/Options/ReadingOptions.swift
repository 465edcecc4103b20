import ArgumentParser
import Packaging

/// How much is read of an artifact that nobody has vouched for; errors name the option that stopped the reading.
struct ReadingOptions: ParsableArguments {
    private static let preset = ReadingLimits()

    @Option(name: .customLong("max-members"), help: .init("The most members in all.", valueName: "number"))
    var members = preset.members
    @Option(name: .customLong("max-bytes"), help: .init("The most unpacked bytes in all.", valueName: "bytes"))
    var bytes = preset.bytes
    @Option(name: .customLong("max-member-bytes"), help: .init("The most unpacked bytes of one member.", valueName: "bytes"))
    var memberBytes = preset.memberBytes
    @Option(name: .customLong("max-ratio"), help: .init("The most unpacked bytes for each packed one.", valueName: "number"))
    var ratio = preset.ratio
    @Option(name: .customLong("max-info-bytes"), help: .init("The most unpacked bytes of `info/`, which is kept in memory.", valueName: "bytes"))
    var infoBytes = preset.infoBytes
    @Option(name: .customLong("max-path-bytes"), help: .init("The longest path of a member.", valueName: "bytes"))
    var pathBytes = preset.pathBytes

    func validate() throws {
        let numbers = [Int64(members), bytes, memberBytes, ratio, infoBytes, Int64(pathBytes)]
        // Whoever wants no limit says a large number; sums of them must not overflow.
        guard numbers.allSatisfy({ $0 > 0 && $0 <= 1 << 50 }) else { throw ValidationError("a limit is a number from 1 to \(1 << 50)") }
    }

    var limits: ReadingLimits {
        ReadingLimits(members: members, bytes: bytes, memberBytes: memberBytes, ratio: ratio, infoBytes: infoBytes, pathBytes: pathBytes)
    }
}
