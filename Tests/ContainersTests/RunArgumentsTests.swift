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
        let frame = ShimFrame(mark: "\u{1E}mark")
        let text = Array("a  b ü \u{FE}".utf8) + [0xFF]
        var bytes: [UInt8] = []
        text.withUnsafeBytes {
            frame.append(LogBytes(stream: .error, nanoseconds: 1_700_000_000_250_000_001, text: $0, isContinued: isContinued), to: &bytes)
        }
        #expect(bytes.last == 10)
        bytes.removeLast()
        try bytes.withUnsafeBytes { bytes in
            let read = try #require(frame.read(bytes))
            #expect(Array(read.text) == text && read.stream == .error && read.isContinued == isContinued)
            #expect(read.nanoseconds == 1_700_000_000_250_000_001)
            #expect(ShimFrame(mark: "\u{1E}other").read(bytes) == nil)
            for length in 0..<bytes.count {
                // Cut anywhere it is nil, or the line with less text: never a crash.
                let cut = UnsafeRawBufferPointer(rebasing: bytes[..<length])
                if let read = frame.read(cut) { #expect(text.starts(with: read.text)) }
            }
        }
    }
}
