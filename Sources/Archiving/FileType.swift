/// The type bits of a mode as libarchive numbers them everywhere (`AE_IF…`); the C macros hold casts, which Swift does not import.
enum FileType {
    static let pipe: UInt32 = 0o010000
    static let characterDevice: UInt32 = 0o020000
    static let directory: UInt32 = 0o040000
    static let blockDevice: UInt32 = 0o060000
    static let regular: UInt32 = 0o100000
    static let symbolicLink: UInt32 = 0o120000
    static let socket: UInt32 = 0o140000
}
