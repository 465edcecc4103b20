public import Basics
public import Foundation
import JSONReading

/// A checklist that somebody has finished: what was asked, what was answered and found, who says so, and when.
///
/// It repeats the texts of the items, so that it can be read without the checklist; the digest says which checklist it was.
public struct SignOff: Hashable, Sendable, Codable {
    public struct Line: Hashable, Sendable, Codable {
        public var id: String
        public var text: String
        public var answer: Answer?
        /// For automatic items: what was found.
        public var found: String?
    }

    public var checklist: String
    public var version: Int
    public var checklistSHA256: SHA256Digest
    public var who: String
    public var when: Timestamp
    public var lines: [Line]
    /// The items of these steps and the ones before were asked.
    public var through: LifeStep

    /// Signs off everything up to and with `step`; refuses while a required item of it is open, failed or declined.
    public init(_ state: ChecklistState, through step: LifeStep = .promote, by who: String, at time: Timestamp) throws(ChecklistError) {
        let open = state.open(through: step)
        guard open.isEmpty else { throw .open(open.map(\.id)) }
        guard who.contains(where: { !$0.isWhitespace }) else { throw .namelessSigner }
        checklist = state.checklist.name
        version = state.checklist.version
        checklistSHA256 = state.checklist.sha256
        self.who = who
        when = time
        through = step
        lines = state.checklist.items.filter { $0.step <= step }.map { item in
            switch state.status(of: item) {
            case .answered(let answer): Line(id: item.id, text: item.text, answer: answer)
            case .declined: Line(id: item.id, text: item.text, answer: .confirmed(false))
            case .passed(let detail): Line(id: item.id, text: item.text, found: detail)
            case .failed(let detail): Line(id: item.id, text: item.text, found: "failed: " + detail)
            case .open(let detail): Line(id: item.id, text: item.text, found: detail.map { "open: " + $0 })
            }
        }
    }

    public init(parsing content: Data) throws(ChecklistError) {
        do { self = try StrictJSON.decode(SignOff.self, from: content, limits: .init(bytes: 1 << 20)) } catch { throw .json(error) }
    }

    /// The record's own file: JSON for people and programs, with a final newline.
    public func serialized() throws(ChecklistError) -> Data {
        do { return try StrictJSON.encode(self, pretty: true) } catch { throw .json(error) }
    }
}
