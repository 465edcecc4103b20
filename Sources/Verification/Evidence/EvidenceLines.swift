import Basics
public import Foundation
import JSONReading

/// The files of evidence that several people add lines to, `FILE.intoto.jsonl` and `FILE.proofs.jsonl`, united so that nobody loses a line.
public enum EvidenceLines {
    /// Why something cannot be united.
    public struct Complaint: Error, Hashable {
        /// Counted through the lines that say something, from 1.
        public let line: Int
        public let reason: String
    }

    /// The lines of `earlier`, as they are, followed by those of `later` that are not among them.
    ///
    /// Lines that spell the same JSON are one line. A line that is not a JSON object is refused; whether it proves anything is not asked here.
    public static func united(_ earlier: Data, _ later: Data) throws(Complaint) -> Data {
        var united = Data()
        var seen: Set<Data> = []
        var number = 0
        for line in [earlier, later].flatMap({ $0.split(separator: 10) }) where !line.allSatisfy({ [9, 13, 32].contains($0) }) {
            number += 1
            let value: JSONValue
            do { value = try JSONValue(parsing: Data(line), limits: .init(bytes: line.count)) } catch {
                throw Complaint(line: number, reason: "is not JSON: \(error.message)")
            }
            guard value.object != nil else { throw Complaint(line: number, reason: "is not an object") }
            if seen.insert(value.serialized(.canonical)).inserted { united += line + [10] }
        }
        return united
    }
}
