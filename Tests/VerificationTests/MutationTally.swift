import Basics
import Files
import Foundation
import Ledger
import Provenance
import Roster
import SystemPackage
import Testing
import Verification

/// What came of the cases of a mutation test: how many, and which were not refused as expected.
struct MutationTally {
    var count = 0
    var wrong: [String] = []

    /// Takes a case: no, for a reason that has a name, and what was spoiled is named as what is wrong with it, refused or set aside.
    mutating func take(_ place: String, _ verdict: Verdict, _ expected: Set<VerificationFailure.Code>) {
        count += 1
        let codes = Set((verdict.failures + verdict.ignored).map(\.code))
        if verdict.accepted || verdict.failures.isEmpty || codes.isDisjoint(with: expected) {
            wrong.append("\(place): \(codes.map(\.rawValue).sorted())")
        }
    }

    func report(_ what: String) {
        print("mutations of \(what): \(count), refused by name: \(count - wrong.count)")
        #expect(wrong.isEmpty, "\(wrong.prefix(20).joined(separator: "\n"))")
    }

    /// A witnessed release under the roster's second version.
    static func release(in folder: FilePath) throws -> World {
        var world = try World(in: folder)
        try world.requireWitness()
        try world.amend(after: 500) { $0.people["erin"] = .init(contact: "erin@example.org") }
        world.witnessTime = World.start.adding(seconds: 5000)
        try world.completeRelease()
        try world.write()
        return world
    }
}
