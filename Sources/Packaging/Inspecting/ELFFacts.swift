/// What the dynamic section of an ELF file says (System V gABI, chapter 5; Linux Standard Base, symbol versioning).
public struct ELFFacts: Hashable, Sendable, Codable {
    /// `DT_SONAME`.
    public var soname: String?
    /// `DT_NEEDED`, in the file's order.
    public var needed: [String] = []
    /// `DT_RUNPATH`, or `DT_RPATH`.
    public var runPath: String?
    /// The machine, such as `x86-64`.
    public var machine: String = ""
    /// The highest version of each namespace that the file needs: `GLIBC` → `2.17`.
    public var symbolVersions: [String: String] = [:]
    /// Every version that the file needs, by the library that it needs it of.
    public var neededVersions: [String: [String]] = [:]
    /// Defined, global symbols; filled only when asked for.
    public var exported: [String] = []
    /// Why something above may be missing.
    public var doubt: String?

    public init() {}
}
