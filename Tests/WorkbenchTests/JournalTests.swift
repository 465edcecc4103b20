import Basics
import Files
import Foundation
import SystemPackage
import Testing

@testable import Workbench

@Suite struct JournalTests {
    static let events: [JournalEvent] = [
        .requested(.init(reason: "time", pullRequest: "https://github.com/conda-forge/zstd-feedstock/pull/1", enabledBy: "carol")),
        .buildStarted(.init(variant: "linux_64_", attempt: 1, runID: "manual_1")),
        .buildFailed(.init(variant: "linux_64_", attempt: 1, reason: "disk full", log: nil, broken: [])),
    ]

    static func journal(in folder: FilePath) throws -> Journal {
        var journal = try Journal(reading: folder.appending("journal.jsonl"))
        for event in events { try journal.append(event, at: Timestamp(seconds: 1_800_000_000)) }
        return journal
    }

    @Test func `what was appended is read back, and goes on from there`() throws {
        try TemporaryDirectory.withSync { folder in
            let written = try Self.journal(in: folder)
            var read = try Journal(reading: written.path)
            #expect(read.entries == written.entries)
            #expect(read.entries.map(\.event) == Self.events)
            #expect(read.head == written.head)
            try read.append(Self.events[0])
            #expect(try Journal(reading: written.path).entries.count == 4)
        }
    }

    @Test func `a line that a kill cut short is dropped, and the next one takes its place`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = try Self.journal(in: folder).path
            let whole = try path.contents()
            let lastLine = whole.dropLast().lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            for cut in lastLine..<whole.count {
                try path.replaceContents(with: whole[..<cut])
                var journal = try Journal(reading: path)
                #expect(journal.entries.count == 2)
                try journal.append(Self.events[2], at: Timestamp(seconds: 1_800_000_000))
                #expect(try path.contents() == whole)
            }
        }
    }

    @Test func `a changed, removed or swapped line is found`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = try Self.journal(in: folder).path
            let lines = try path.text().split(separator: "\n").map(String.init)
            let forgeries = [
                [lines[0].replacingOccurrences(of: "\"reason\":\"time\"", with: "\"reason\":\"disk\""), lines[1], lines[2]],
                [lines[1], lines[2]], [lines[0], lines[2]], [lines[1], lines[0], lines[2]], [lines[0], lines[0], lines[1], lines[2]],
            ]
            for forgery in forgeries {
                try path.replaceContents(with: forgery.joined(separator: "\n") + "\n")
                #expect(throws: JournalError.self) { try Journal(reading: path) }
            }
        }
    }
}
