public import Archiving
public import Basics
public import Conda
public import Files
public import JSONReading
public import SystemPackage

/// What kept us from reading or writing an artifact.
public enum PackagingError: Explained, Hashable {
    case archive(ArchiveError)
    case file(FileError)
    case name(ArtifactNameError)
    /// A member that nobody should unpack.
    case refused(member: String, MemberRefusal)
    /// More than the reader's limits allow; `limit` names the one.
    case tooMuch(limit: ReadingLimits.Name, allowed: Int64)
    /// A `.conda` holds other ZIP members than its three.
    case unexpectedMember(String)
    case missingMember(String)
    /// The inner archives of a `.conda` are named for two different packages.
    case innerNames(String, String)
    /// `metadata.json` names a format version that is not 2.
    case formatVersion(String)
    case missingInfoFile(String)
    case badJSON(file: String, JSONError)
    /// Something but zeros follows the archive's end.
    case hiddenBytes(inside: String)
    /// The artifact's own recipe is another than the one given.
    case recipeDiffers([RecipeDifference])
    case noRecipe(FilePath)
    case linkInRecipe(FilePath)
    case badProvenance(field: String)
    /// The target is a folder with something in it already.
    case notEmpty(FilePath)
    /// Somebody wanted it to end (`StopFlag`).
    case stopped
    /// The artifact that was just written does not read back as what went in.
    case readBack(String)

    public var message: String {
        switch self {
        case .archive(let error): error.message
        case .file(let error): error.message
        case .name(let error): error.message
        case .refused(let member, let refusal): "the member `\(member.shown)` is refused: \(refusal.reason)"
        case .tooMuch(let limit, let allowed): "the artifact goes beyond the limit `\(limit.rawValue)` of \(allowed)"
        case .unexpectedMember(let name): "a `.conda` holds no member `\(name.shown)`"
        case .missingMember(let name): "the artifact has no member `\(name)`"
        case .innerNames(let first, let second): "the inner archives `\(first.shown)` and `\(second.shown)` are named for different packages"
        case .formatVersion(let text): "`metadata.json` says `\(text.shown)` where the format version 2 is read"
        case .missingInfoFile(let name): "the artifact has no `info/\(name)`"
        case .badJSON(let file, let error): "`\(file)`: \(error.message)"
        case .hiddenBytes(let name): "something is hidden behind the end of `\(name)`"
        case .recipeDiffers(let differences):
            "the artifact's recipe is not the one given: " + differences.map(\.description).joined(separator: "; ")
        case .noRecipe(let path): "`\(path)` holds neither `recipe.yaml` nor `meta.yaml`"
        case .linkInRecipe(let path): "`\(path)` is a link or no plain file, and a recipe holds plain files only"
        case .badProvenance(let field): "the provenance's `\(field)` is not well formed"
        case .notEmpty(let path): "`\(path)` is there and not empty"
        case .stopped: "the reading was stopped before its end"
        case .readBack(let what): "the artifact that was written does not read back as it should: \(what)"
        }
    }

    public var hint: String? {
        switch self {
        case .archive(let error): error.hint
        case .file(let error): error.hint
        case .name(let error): (error as any Explained).hint
        case .refused: "do not install this artifact; ask who built it"
        case .tooMuch(let limit, _): "give `--\(limit.rawValue)` a larger number if you know that the artifact is that large"
        case .recipeDiffers: "check out the commit that the artifact was built from, or build again from this one"
        case .noRecipe: "name the folder that the recipe is in, in a feedstock `recipe`"
        case .badProvenance: "`sha` is a full commit, `remote_url` an address without credentials, `run_id` letters, digits and `._-`"
        case .notEmpty: "name a folder that is not there yet"
        default: nil
        }
    }
}

extension String {
    /// Safe to show: control characters, which a terminal would obey, are spelled out, and a long text is cut.
    var shown: String {
        var text = ""
        for scalar in unicodeScalars.prefix(400) {
            if scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return unicodeScalars.count > 400 ? text + "…" : text
    }
}
