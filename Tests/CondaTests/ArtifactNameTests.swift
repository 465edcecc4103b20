import Conda
import Testing

@Suite struct ArtifactNameTests {
    @Test(arguments: [
        ("numpy-2.1.0-py312_0.conda", "numpy", "2.1.0", "py312_0"),
        ("python-dateutil-2.9.0-0.tar.bz2", "python-dateutil", "2.9.0", "0"),
        ("_libgcc_mutex-0.1-conda_forge.tar.bz2", "_libgcc_mutex", "0.1", "conda_forge"),
        ("x-1!2.0+local.1-h0_0.conda", "x", "1!2.0+local.1", "h0_0"),
    ])
    func `splits from the right, because names hold hyphens`(fileName: String, package: String, version: String, build: String) throws {
        let name = try ArtifactName(parsing: fileName)
        #expect(name.package == package)
        #expect(name.version == version)
        #expect(name.build == build)
        #expect(name.fileName == fileName)
    }

    @Test(arguments: [
        "numpy-2.1.0-py312_0.zip", "numpy-2.1.0.conda", ".conda", "../x-1-0.conda", "a/b-1-0.conda", "Numpy-1-0.conda", "x--0.conda", "x-1-.conda",
        "x-1-0\n.conda", "-1-0.conda", "x-1-é.conda", "..-1-0.conda",
    ])
    func `refuses what is not an artifact's name`(fileName: String) {
        #expect(throws: ArtifactNameError.self) { try ArtifactName(parsing: fileName) }
    }

    @Test(arguments: [("manual", true), ("qt-main_rc", true), ("", false), ("a/b", false), (".x", false), ("a b", false)])
    func `takes labels that fit in an address`(text: String, isLegal: Bool) {
        #expect(((try? Label(parsing: text)) != nil) == isLegal)
    }

    @Test func `main is the channel itself and every other label has a folder`() throws {
        #expect(try Channel(server: "http://127.0.0.1:8099/", owner: "conda-forge", label: .main).url == "http://127.0.0.1:8099/conda-forge")
        #expect(try Channel(server: "https://host", owner: "me", label: .manual).url == "https://host/me/label/manual")
        #expect(throws: ChannelError.self) { try Channel(server: "https://user:secret@host", owner: "me", label: .main) }
    }

    @Test func `an error never repeats credentials`() {
        #expect(!ChannelError.badServer("https://user:secret@host").message.contains("secret"))
    }
}
