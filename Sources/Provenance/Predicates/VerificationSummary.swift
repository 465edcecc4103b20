public import Basics
public import JSONReading

/// A reviewer's countersignature: SLSA's verification summary v1, with the digest of every envelope that the reviewer saw.
public struct VerificationSummary: Hashable, Sendable {
    public static let type = "https://slsa.dev/verification_summary/v1"
    /// The level that a hallmark review gives. Levels that begin with `SLSA_` are SLSA's own to give.
    public static let reviewedLevel = "MANUAL_REVIEWED"

    /// `HallmarkURI.person` of the signer.
    public var verifierID: String
    public var timeVerified: Timestamp
    /// The artifact's address, a package URL.
    public var resourceURI: String
    /// The roster that the reviewer judged by.
    public var policy: SHA256Digest
    /// The envelopes that the reviewer saw, by the SHA-256 of their bytes, sorted.
    public var inputAttestations: [SHA256Digest]
    public var accepted: Bool
    public var remarks: String?

    public init(
        verifierID: String, timeVerified: Timestamp, resourceURI: String, policy: SHA256Digest, inputAttestations: [SHA256Digest], accepted: Bool,
        remarks: String? = nil
    ) {
        self.verifierID = verifierID
        self.timeVerified = timeVerified
        self.resourceURI = resourceURI
        self.policy = policy
        self.inputAttestations = inputAttestations.sorted { $0.hexadecimal < $1.hexadecimal }
        self.accepted = accepted
        self.remarks = remarks
    }

    public init(_ value: JSONValue) throws(JSONObjectReader.Complaint) {
        var reader = try JSONObjectReader(value, path: "predicate")
        var verifier = try reader.object("verifier")
        verifierID = try verifier.string("id")
        try verifier.finish()
        timeVerified = try reader.time("timeVerified")
        resourceURI = try reader.string("resourceUri")
        guard let policy = try ResourceDescriptor(try reader.required("policy"), path: "predicate.policy").sha256 else {
            throw .init("`predicate.policy` has no SHA-256")
        }
        self.policy = policy
        inputAttestations = []
        for descriptor in try [ResourceDescriptor](try reader.array("inputAttestations"), path: "predicate.inputAttestations") {
            guard let digest = descriptor.sha256 else { throw .init("an input attestation has no SHA-256") }
            inputAttestations.append(digest)
        }
        switch try reader.string("verificationResult") {
        case "PASSED": accepted = true
        case "FAILED": accepted = false
        default: throw .init("`predicate.verificationResult` is neither `PASSED` nor `FAILED`")
        }
        let levels = try reader.strings("verifiedLevels")
        guard levels == (accepted ? [Self.reviewedLevel] : []) else { throw .init("`predicate.verifiedLevels` is not what a review can give") }
        remarks = try reader.optionalString(HallmarkURI.remarks)
        try reader.finish()
    }

    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("verifier", ["id": .string(verifierID)]),
            .init("timeVerified", .string(timeVerified.description)),
            .init("resourceUri", .string(resourceURI)),
            .init("policy", ResourceDescriptor(sha256: policy).json),
            .init("inputAttestations", .array(inputAttestations.map { ResourceDescriptor(sha256: $0).json })),
            .init("verificationResult", .string(accepted ? "PASSED" : "FAILED")),
            .init("verifiedLevels", accepted ? [.string(Self.reviewedLevel)] : []),
        ]
        if let remarks { members.append(.init(HallmarkURI.remarks, .string(remarks))) }
        return .object(members)
    }
}
