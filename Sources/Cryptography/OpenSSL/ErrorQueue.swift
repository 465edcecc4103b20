import COpenSSL

/// OpenSSL's queue of errors, which belongs to the thread: clear it before a call, drain it after one that failed, and never wait in between.
enum ErrorQueue {
    static func clear() { ERR_clear_error() }

    /// Takes every error off the queue, oldest first, as OpenSSL words them and without repeating one.
    static func drain() -> [String] {
        var reasons: [String] = []
        while true {
            var text: UnsafePointer<CChar>?
            var flags: CInt = 0
            let code = ERR_get_error_all(nil, nil, nil, &text, &flags)
            guard code != 0 else { return reasons }
            var reason = ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)"
            if let text, flags & ERR_TXT_STRING != 0, text.pointee != 0 { reason += " (\(String(cString: text)))" }
            if !reasons.contains(reason) { reasons.append(reason) }
        }
    }

    /// The error for a call that failed while it was to `action`.
    static func failure(_ action: String) -> CryptographyError { .library(action: action, reasons: drain()) }
}
