import Foundation

/// Keeps a server that hangs up from ending the process.
///
/// With `CURLOPT_NOSIGNAL` libcurl leaves SIGPIPE to us, and a TLS library may write to a closed socket.
enum SilencedPipe {
    /// Runs `body` with SIGPIPE blocked on this thread, and takes away the one that it caused.
    static func during<Value>(_ body: () -> Value) -> Value {
        var pipe = sigset_t()
        var before = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, &before)
        defer {
            if sigismember(&before, SIGPIPE) == 0 {
                var none = timespec()
                while sigtimedwait(&pipe, nil, &none) == SIGPIPE {}
                pthread_sigmask(SIG_SETMASK, &before, nil)
            }
        }
        return body()
    }
}
