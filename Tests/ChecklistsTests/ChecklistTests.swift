import Basics
import Checklists
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@Suite struct ChecklistTests {
    @Test(arguments: Checklist.shippedNames)
    func `each shipped checklist is the repository's file, and is read`(name: String) throws {
        let checklist = try Checklist.shipped(name)
        let file = try Repository.root.appending("checklists").appending("\(name).yaml").contents()
        #expect(try Checklist(parsing: file) == checklist)
        #expect(checklist.name == name)
    }

    @Test func `every checklist of the repository is shipped`() throws {
        let files = try Repository.root.appending("checklists").children().compactMap { $0.lastComponent?.stem }
        #expect(Set(files) == Set(Checklist.shippedNames))
    }

    @Test func `every automatic check is asked for by some checklist`() throws {
        var asked: Set<AutomaticCheck> = []
        for name in Checklist.shippedNames {
            for item in try Checklist.shipped(name).items { if case .automatic(let check) = item.kind { asked.insert(check) } }
        }
        #expect(asked == Set(AutomaticCheck.allCases))
    }

    @Test func `an unknown checklist is answered with those there are`() {
        let error = #expect(throws: ChecklistError.self) { try Checklist.shipped("manual") }
        #expect(error?.hint == "there are `manual-build`, `review`, `channel-owner`")
    }

    @Test(arguments: [
        ("", "the document has no `items`"),
        ("items: []", "has no items"),
        ("items:\n- {id: a, when: lunch, kind: confirm, text: t, why: w}", "`items[0].when`"),
        ("items:\n- {id: a, when: plan, kind: vote, text: t, why: w}", "is of the kind `vote`"),
        ("items:\n- {id: a, when: plan, kind: choice, text: t, why: w, choices: [x, x]}", "needs two choices"),
        ("items:\n- {id: a, when: plan, kind: automatic, text: t, why: w, check: tee-clean}", "names the check `tee-clean`"),
        ("items:\n- {id: a, when: plan, kind: confirm, text: t, why: w, check: tree-clean}", "has a check, but is of the kind `confirm`"),
        ("items:\n- {id: a, when: plan, kind: confirm, text: t, why: w, mandatory: yes}", "unknown key `mandatory`"),
        ("items:\n- {id: ../a, when: plan, kind: confirm, text: t, why: w}", "is not a name"),
        ("items:\n- {id: a, when: plan, kind: text, text: t, why: w}\n- {id: a, when: plan, kind: text, text: t, why: w}", "stands twice"),
        ("items:\n- {id: a, when: sign, kind: text, text: t, why: w}\n- {id: b, when: plan, kind: text, text: t, why: w}", "an earlier step"),
    ])
    func `what is not a checklist is refused with the reason`(items: String, message: String) {
        let text = "checklist: test\nversion: 1\ntitle: Test\nabout: Test\n" + items + "\n"
        let error = #expect(throws: ChecklistError.self) { try Checklist(parsing: Data(text.utf8)) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func `the digest is of the file's bytes`() throws {
        let text = "checklist: a\nversion: 1\ntitle: T\nabout: A\nitems:\n- {id: a, when: plan, kind: text, text: t, why: w}\n"
        #expect(try Checklist(parsing: Data(text.utf8)).sha256 != Checklist(parsing: Data((text + "# c\n").utf8)).sha256)
    }
}
