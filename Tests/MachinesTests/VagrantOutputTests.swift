import Machines
import Testing

@Suite struct VagrantOutputTests {
    @Test func `a line of machine-readable output is cut at its commas, and commas in data come back`() throws {
        let line = try #require(VagrantOutput(parsing: "1700000000,default,state-human-short,not%!(VAGRANT_COMMA) created\\nyet"))
        #expect(line.target == "default" && line.type == "state-human-short")
        #expect(line.data == ["not, created\nyet"])
    }

    @Test(arguments: ["", "hello", "a,b,c", "==> default: Importing base box", "12,only", ",,"])
    func `other programs' lines are not taken for Vagrant's`(line: String) { #expect(VagrantOutput(parsing: line) == nil) }
}
