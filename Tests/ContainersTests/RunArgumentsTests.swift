import Foundation
import Processes
import Testing

@testable import Containers

@Suite struct RunArgumentsTests {
    @Test func `words are taken apart as docker does it`() throws {
        let run = try RunArguments(
            parsing: [
                "-it", "--rm", "-v", "/a:/b:rw,z,delegated", "-eX=1", "-e", "Y", "--env", "Z=a b", "--memory=1g", "-w/x", "--name", "n",
                "--network=host", "image:1",
                "bash", "-c", "-it",
            ])
        #expect(run.image == "image:1")
        #expect(run.command == ["bash", "-c", "-it"])
        #expect(
            run.words == [
                "--interactive", "--tty", "--rm", "--volume=/a:/b:rw,z,delegated", "--env=X=1", "--env=Y", "--env=Z=a b", "--memory=1g",
                "--workdir=/x",
                "--name=n", "--network=host", "image:1", "bash", "-c", "-it",
            ])
        #expect(run.source(mountedAt: "/b") == "/a")
    }

    @Test func `what hands a secret on is taken away, whichever way it is spelled`() throws {
        var run = try RunArguments(
            parsing: ["-e", "BINSTAR_TOKEN", "-eFEEDSTOCK_TOKEN=abc", "--env=STAGING_BINSTAR_TOKEN=abc", "--env", "CONFIG", "--env-host", "i"])
        run.removeSecrets()
        #expect(run.words == ["--env=CONFIG", "i"])
    }

    @Test func `words without an image are refused, and no beginning of words crashes`() {
        let words = ["-it", "--rm", "-v", "/a:/b", "-eX=1", "--memory", "1g", "image", "bash"]
        for length in 0..<7 { #expect(throws: ContainerError.self) { try RunArguments(parsing: Array(words[..<length])) } }
    }

    @Test(arguments: [false, true])
    func `a framed line is read as it was written, and a line of a script is none`(isContinued: Bool) throws {
        let line = OutputLine(stream: .error, time: .init(timeIntervalSince1970: 1_700_000_000.25), text: "a  b ü", isContinued: isContinued)
        let text = ShimFrame.encode(line, mark: "\u{1E}mark")
        let read = try #require(ShimFrame.decode(text, mark: "\u{1E}mark"))
        #expect(read.text == line.text && read.stream == line.stream && read.isContinued == isContinued)
        #expect(abs(read.time.timeIntervalSince(line.time)) < 0.000_001)
        #expect(ShimFrame.decode(text, mark: "\u{1E}other") == nil)
        for length in 0..<(text.utf8.count - 8) {
            // Cut anywhere it is nil, or the line with less text: never a crash.
            let cut = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
            if let read = ShimFrame.decode(cut, mark: "\u{1E}mark") { #expect(line.text.hasPrefix(read.text) || read.text.isEmpty) }
        }
    }
}
