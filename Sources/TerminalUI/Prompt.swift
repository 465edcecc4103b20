public import Basics
import Foundation

/// Questions to the person at the terminal; they go to `/dev/tty`, so that pipes stay pipes.
public enum Prompt {
    public enum Failure: Explained, Hashable {
        case noTerminal(question: String, flag: String)
        case ended

        public var message: String {
            switch self {
            case .noTerminal(let question, _): "there is no terminal to ask: \(question)"
            case .ended: "the answer was not given"
            }
        }
        public var hint: String? {
            switch self {
            case .noTerminal(_, let flag): "answer it with `\(flag)`"
            case .ended: nil
            }
        }
    }

    /// Asks one line. `flag` is what answers the same question without a terminal.
    public static func line(_ question: String, flag: String) throws(Failure) -> String {
        try ask(question, flag: flag, echo: true)
    }

    /// Asks for a secret with the echo off.
    public static func secret(_ question: String, flag: String) throws(Failure) -> String {
        try ask(question, flag: flag, echo: false)
    }

    /// Asks until the answer is yes or no.
    public static func confirm(_ question: String, flag: String) throws(Failure) -> Bool {
        while true {
            switch try ask("\(question) [y/n]", flag: flag, echo: true).lowercased() {
            case "y", "yes": return true
            case "n", "no": return false
            default: continue
            }
        }
    }

    private static func ask(_ question: String, flag: String, echo: Bool) throws(Failure) -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else { throw .noTerminal(question: question, flag: flag) }
        defer { close(terminal) }
        var saved = termios()
        let hasState = tcgetattr(terminal, &saved) == 0
        if !echo, hasState {
            var silent = saved
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(terminal, TCSAFLUSH, &silent)
        }
        defer { if !echo, hasState { tcsetattr(terminal, TCSAFLUSH, &saved) } }
        let text = Array("\(question) ".utf8)
        _ = Foundation.write(terminal, text, text.count)
        var answer: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(terminal, &byte, 1)
            if count <= 0 { throw .ended }
            if byte == UInt8(ascii: "\n") { break }
            answer.append(byte)
        }
        if !echo { _ = Foundation.write(terminal, "\n", 1) }
        return String(decoding: answer, as: UTF8.self)
    }
}
