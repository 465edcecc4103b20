import Basics
import Provenance
import Roster

extension VerificationRun {
    /// 4: the chain of rosters from the pinned first version on.
    mutating func checkRoster() {
        guard let pin = verifier.pin else { return finish(.notChecked(.roster, "no roster is pinned")) }
        var step = VerificationStep(.roster)
        do throws(RosterError) {
            let chain = try RosterChain(
                verifier.roster, pin: pin, channel: verifier.channel, remembered: verifier.rememberedRosterVersion, now: verifier.now)
            self.chain = chain
            let newest = chain.newest
            step.prove("version \(newest.version) of \(newest.channel)'s roster, \(newest.digest), follows from the pinned one")
        } catch {
            step.fail(VerificationFailure.Code(rawValue: error.name) ?? .rosterMalformed, error.message)
        }
        finish(step)
    }
}
