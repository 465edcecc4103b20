import Basics
import Provenance
import Roster

extension VerificationRun {
    /// 6: every statement is about this artifact, by its bytes and then by its name.
    ///
    /// What somebody signed about other bytes can be brought here by anybody, so it is set aside, unless it is all there is.
    mutating func checkStatements() {
        guard chain != nil else { return finish(.notChecked(.statements, "nothing unverified is read")) }
        guard let sha256 else { return finish(.notChecked(.statements, "the artifact could not be read")) }
        var step = VerificationStep(.statements)
        let others = claims.filter { !$0.isAbout(sha256) }
        claims.removeAll { !$0.isAbout(sha256) }
        for claim in others {
            let detail = "\(claim.title) is about other bytes"
            if claims.isEmpty { step.fail(.subjectMismatch, detail) } else { step.ignore(.subjectMismatch, detail) }
        }
        var matching = 0
        for index in claims.indices {
            let claim = claims[index]
            let subjects = claim.verified.statement.subjects
            if subjects.count != 1 {
                step.fail(.subjectMismatch, "\(claim.title) is about other bytes too")
                claims[index].isFaulty = true
            } else if subjects[0].name != evidence.fileName {
                step.fail(.subjectNameMismatch, "\(claim.title) is about `\(subjects[0].name)`")
                claims[index].isFaulty = true
            } else {
                matching += 1
            }
            if case .unknown(let type, _) = claim.predicate { step.prove("a statement of type `\(type)` is not understood here and does not count") }
        }
        if matching > 0 { step.prove("\(matching) statements are about this artifact's bytes and name") }
        finish(step)
    }
}
