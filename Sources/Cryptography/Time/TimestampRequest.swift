import Basics
import COpenSSL
public import Foundation

/// A question to a time-stamping authority: the SHA-256 of some bytes, and a nonce (RFC 3161 §2.4.1).
///
/// It goes to the authority as a POST of type `application/timestamp-query`; the answer is a `TimestampToken`.
public struct TimestampRequest: Hashable, Sendable {
    public let der: Data
    public static let mediaType = "application/timestamp-query"

    /// Asks for the authority's certificate to come with the answer.
    public init(stamping data: some ContiguousBytes) throws(CryptographyError) {
        ErrorQueue.clear()
        guard let request = TS_REQ_new(), let imprint = TS_MSG_IMPRINT_new(), let algorithm = X509_ALGOR_new() else {
            throw ErrorQueue.failure("make a time-stamp request")
        }
        defer {
            TS_REQ_free(request)
            TS_MSG_IMPRINT_free(imprint)
            X509_ALGOR_free(algorithm)
        }
        var digest = SHA256Digest(of: data).bytes
        let random = try RandomBytes.make(8)
        let number = random.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 1
        guard let nonce = ASN1_INTEGER_new() else { throw ErrorQueue.failure("make a nonce") }
        defer { ASN1_INTEGER_free(nonce) }
        X509_ALGOR_set_md(algorithm, EVP_sha256())
        // Every setter copies what it is given.
        guard TS_REQ_set_version(request, 1) == 1, TS_MSG_IMPRINT_set_algo(imprint, algorithm) == 1,
            TS_MSG_IMPRINT_set_msg(imprint, &digest, CInt(digest.count)) == 1, TS_REQ_set_msg_imprint(request, imprint) == 1,
            ASN1_INTEGER_set_uint64(nonce, number) == 1, TS_REQ_set_nonce(request, nonce) == 1, TS_REQ_set_cert_req(request, 1) == 1
        else { throw ErrorQueue.failure("make a time-stamp request") }
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_TS_REQ(request, &start)
        guard count > 0, let start else { throw ErrorQueue.failure("write a time-stamp request") }
        defer { CRYPTO_free(start, #fileID, #line) }
        der = Data(bytes: start, count: Int(count))
    }
}
