import Basics

/// One artifact’s card.
struct ArtifactView {
    let fileName: String
    let link: String?
    let subdir: String
    let size: String
    let variant: String
    let sha256: String
    let payload: String?

    init(_ artifact: BuildReport.Artifact) {
        fileName = artifact.fileName
        link = RelativeLink.encoded(artifact.path)
        subdir = artifact.subdir
        size = Amounts.bytes(artifact.byteCount)
        variant = artifact.variant
        sha256 = artifact.sha256.hexadecimal
        payload = artifact.payloadSHA256?.hexadecimal
    }
}
