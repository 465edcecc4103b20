import CArchive

/// Calls into libarchive with a UTF-8 locale on this thread alone.
///
/// libarchive turns pax names, which are UTF-8, into the locale's encoding; in the `C` locale, which is where a program
/// starts, every name beyond ASCII would fail. `setlocale(3)` would change the whole process, `uselocale(3)` changes a thread.
enum UTF8Locale {
    // SAFETY: a `locale_t` is never changed after `newlocale(3)` made it, and any number of threads may use it.
    private struct Handle: @unchecked Sendable { let locale: locale_t? }
    private static let handle = Handle(locale: newlocale(1 << LC_CTYPE, "C.UTF-8", nil))

    static func with<Value>(_ body: () -> Value) throws(ArchiveError) -> Value {
        guard let locale = handle.locale else { throw .noUTF8Locale }
        let before = uselocale(locale)
        defer { uselocale(before) }
        return body()
    }
}
