import Basics
public import Checklists
import Cryptography
import Files
import Foundation
import Recipes
import Roster
public import SystemPackage
import Verification

/// A checklist over this very build: people's answers beside what the journal and the machine say.
public struct ChecklistWalk: Sendable {
    public let workspace: Workspace
    public let trust: Trust?
    public let doctor: Doctor
    /// Who answers, by their name in the roster.
    public let person: String?

    public init(workspace: Workspace, trust: Trust?, doctor: Doctor, person: String?) {
        self.workspace = workspace
        self.trust = trust
        self.doctor = doctor
        self.person = person
    }

    /// Evaluates every automatic check; what the build has not come to yet is undecided.
    public func results() async throws -> [AutomaticCheck: AutomaticCheck.Result] {
        let state = WorkspaceState(try Journal(reading: workspace.journal).entries)
        let checks = await doctor.run()
        var results: [AutomaticCheck: AutomaticCheck.Result] = [:]
        for check in AutomaticCheck.allCases { results[check] = try result(of: check, state, checks) }
        return results
    }

    private func result(of check: AutomaticCheck, _ state: WorkspaceState, _ checks: [Doctor.Check]) throws -> AutomaticCheck.Result {
        switch check {
        case .buildEnabled: return try enabled(state)
        case .treeClean, .commitIsPullRequest: return Self.doctor(checks, ["feedstock"])
        case .outputsRegistered:
            let found = checks.first { $0.name == "outputs" }
            return found?.status == .warning ? .undecided(detail: found?.detail ?? "") : Self.doctor(checks, ["outputs"])
        case .imagePinned:
            let pinned = state.variants.compactMap(\.planned)
            guard pinned.isEmpty else {
                return .passed(detail: Set(pinned.map { "\($0.image) as \($0.imageID.prefix(19))" }).sorted().joined(separator: ", "))
            }
            // The doctor has found the very images that the build is about to pin.
            return Self.doctor(checks, ["image"])
        case .machineReady: return Self.doctor(checks, ["engine", "disk", "memory"])
        case .noSecrets: return Self.doctor(checks, ["secrets"])
        case .buildFinished:
            return Self.all(state.variants, "variants built") { variant in if case .built = variant.status { true } else { false } }
        case .recipeEmbedded: return Self.all(state.artifacts, "artifacts hold the recipe") { $0.embedded != nil }
        case .matrixGreen:
            if let bad = state.artifacts.first(where: { $0.matrix?.isGreen == false }) {
                return .failed(detail: "`\(bad.reference.name)` is not green")
            }
            return Self.all(state.artifacts, "artifacts green") { $0.matrix?.isGreen == true }
        case .auditRecorded: return Self.all(state.artifacts, "artifacts recorded") { $0.recorded != nil }
        case .artifactSigned: return Self.all(state.artifacts, "artifacts signed") { $0.signed != nil }
        case .statementsLogged: return Self.all(state.artifacts, "artifacts in the ledger") { $0.logged != nil }
        case .artifactUploaded: return Self.all(state.artifacts, "artifacts uploaded") { $0.uploaded != nil }
        case .retestGreen:
            if let bad = state.artifacts.first(where: { $0.retested?.isGreen == false }) {
                return .failed(detail: "`\(bad.reference.name)` is not green")
            }
            return Self.all(state.artifacts, "artifacts green again") { $0.retested?.isGreen == true }
        case .evidenceVerified: return try verified(state)
        case .reviewerIsNotBuilder: return reviewer(state)
        case .reviewAccepted: return Self.all(state.artifacts, "artifacts reviewed") { $0.reviewed.contains(where: \.accepted) }
        case .promotionVerified: return Self.all(state.artifacts, "artifacts promoted") { $0.promoted != nil }
        }
    }

    private static func all<Element>(_ elements: [Element], _ what: String, _ isDone: (Element) -> Bool) -> AutomaticCheck.Result {
        let done = elements.filter(isDone).count
        let detail = "\(done) of \(elements.count) \(what)"
        return !elements.isEmpty && done == elements.count
            ? .passed(detail: detail) : .undecided(detail: elements.isEmpty ? "nothing was built yet" : detail)
    }

    private static func doctor(_ checks: [Doctor.Check], _ names: [String]) -> AutomaticCheck.Result {
        let found = checks.filter { names.contains($0.name) && $0.status != .warning }
        if let bad = found.first(where: { $0.status == .failed }) { return .failed(detail: bad.detail) }
        return found.isEmpty ? .undecided(detail: "it could not be looked at") : .passed(detail: found.map(\.detail).joined(separator: "; "))
    }

    private func enabled(_ state: WorkspaceState) throws -> AutomaticCheck.Result {
        guard let trust, let person else { return .undecided(detail: "no roster or no person is named") }
        guard let opened = state.opened else { return .undecided(detail: "no feedstock is open") }
        let chain = try trust.chain()
        let grants = chain.newest.grants.filter { $0.person == person && $0.role == .builder && ($0.until.map { .now < $0 } ?? true) }
        let matching = grants.filter { $0.packages.contains { $0 == opened.name || $0.hasSuffix("*") && opened.name.hasPrefix($0.dropLast()) } }
        guard let grant = matching.first else {
            return .failed(detail: "roster \(chain.newest.version) does not let \(person) build `\(opened.name)`")
        }
        return .passed(detail: "\(person), by roster \(chain.newest.version)" + (grant.reference.map { ", \($0)" } ?? ""))
    }

    private func verified(_ state: WorkspaceState) throws -> AutomaticCheck.Result {
        guard let trust else { return .undecided(detail: "no roster is named") }
        let signed = state.artifacts.filter { $0.signed != nil }
        guard !signed.isEmpty else { return .undecided(detail: "nothing is signed yet") }
        for artifact in signed {
            let verdict = try trust.verdict(on: workspace.file(of: artifact.reference), profile: .build, subdir: artifact.reference.subdir).verdict
            guard verdict.accepted else {
                return .failed(detail: "`\(artifact.reference.name)`: \(verdict.failures.map(\.name).joined(separator: ", "))")
            }
        }
        return .passed(detail: "\(signed.count) artifacts verified")
    }

    private func reviewer(_ state: WorkspaceState) -> AutomaticCheck.Result {
        guard let person else { return .undecided(detail: "nobody is named") }
        let builders = Set(state.artifacts.compactMap(\.signed?.person))
        if builders.isEmpty { return .undecided(detail: "nothing is signed yet") }
        return builders.contains(person)
            ? .failed(detail: "\(person) is the builder") : .passed(detail: "\(person) is not \(builders.sorted().joined(separator: ", "))")
    }

    /// Records a finished checklist in the workspace.
    public static func signOff(_ state: ChecklistState, through step: LifeStep, by who: String, in session: WorkspaceSession) async throws -> FilePath
    {
        let signOff = try SignOff(state, through: step, by: who, at: .now)
        let folder = session.workspace.signOffs
        try folder.createDirectory()
        let path = folder.appending("\(state.checklist.name).\(step.rawValue).json")
        try path.replaceContents(with: try signOff.serialized())
        try await session.record(
            .answered(
                .init(checklist: state.checklist.name, checklistSHA256: state.checklist.sha256, signOff: try session.workspace.reference(path))))
        return path
    }
}
