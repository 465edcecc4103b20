public import Basics
import COpenSSL
public import Foundation

/// An authority's answer to "when": a time-stamp response of RFC 3161, in DER.
///
/// It says that some bytes existed at a time; hallmark has the raw bytes of signatures stamped, as Sigstore does.
public struct TimestampToken: Hashable, Sendable {
    public let der: Data

    /// The most that is read of a response; common ones have one to six kilobytes.
    public static let byteLimit = 64 << 10

    public init(der: Data) { self.der = der }

    /// Verifies that one of `authorities` (certificates in DER: the signer's own, or a root above it) stamped `data`; returns when.
    ///
    /// The certificates are judged as of that very time, so a token outlives them. Only a certificate for time stamping counts.
    public func verified(of data: some ContiguousBytes, authorities: [Data]) throws(CryptographyError) -> Timestamp {
        ErrorQueue.clear()
        var certificates: [CertificateHandle] = []
        for der in authorities { certificates.append(try CertificateHandle(der: der)) }
        let response = try parsed()
        defer { TS_RESP_free(response) }
        guard let info = TS_RESP_get_tst_info(response), let time = Self.time(of: info) else {
            throw .timestampRefused(reasons: ["the authority did not grant a stamp"])
        }
        guard let store = X509_STORE_new(), let parameters = X509_VERIFY_PARAM_new() else { throw ErrorQueue.failure("make a certificate store") }
        defer {
            X509_STORE_free(store)
            X509_VERIFY_PARAM_free(parameters)
        }
        X509_VERIFY_PARAM_set_time(parameters, time_t(time.seconds))
        // The roster may name the authority itself instead of a root above it.
        X509_VERIFY_PARAM_set_flags(parameters, CUnsignedLong(X509_V_FLAG_PARTIAL_CHAIN))
        X509_STORE_set1_param(store, parameters)
        guard let extra = OPENSSL_sk_new_null() else { throw ErrorQueue.failure("make a list of certificates") }
        guard let context = TS_VERIFY_CTX_new() else { throw ErrorQueue.failure("make a verification context") }
        defer { TS_VERIFY_CTX_free(context) }
        TS_VERIFY_CTX_set_certs(context, extra)
        for certificate in certificates {
            X509_STORE_add_cert(store, certificate.pointer)
            // Responses without their signer's certificate need this list, which frees what it holds: one more reference.
            X509_up_ref(certificate.pointer)
            OPENSSL_sk_push(extra, UnsafeRawPointer(certificate.pointer))
        }
        TS_VERIFY_CTX_set_flags(context, CInt(TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_IMPRINT))
        // The context owns what it is given and frees it: imprint, store, certificates.
        let imprint = SHA256Digest(of: data).bytes
        guard let copy = CRYPTO_malloc(imprint.count, #fileID, #line)?.assumingMemoryBound(to: UInt8.self) else {
            throw ErrorQueue.failure("copy a digest")
        }
        copy.update(from: imprint, count: imprint.count)
        TS_VERIFY_CTX_set_imprint(context, copy, imprint.count)
        X509_STORE_up_ref(store)
        TS_VERIFY_CTX_set_store(context, store)
        ErrorQueue.clear()
        guard TS_RESP_verify_response(context, response) == 1 else { throw .timestampRefused(reasons: ErrorQueue.drain()) }
        return time
    }

    /// The whole of `der` and nothing behind it.
    private func parsed() throws(CryptographyError) -> OpaquePointer {
        guard der.count <= Self.byteLimit else { throw .timestampRefused(reasons: ["the response is too large"]) }
        var consumed = 0
        let response = der.withUnsafeBytes { bytes in
            let first = bytes.bindMemory(to: UInt8.self).baseAddress
            var position = first
            let response = d2i_TS_RESP(nil, &position, bytes.count)
            if let position, let first { consumed = position - first }
            return response
        }
        guard let response else { throw .timestampRefused(reasons: ErrorQueue.drain()) }
        guard consumed == der.count else {
            TS_RESP_free(response)
            throw .timestampRefused(reasons: ["something follows the response"])
        }
        return response
    }

    private static func time(of info: OpaquePointer) -> Timestamp? {
        var time = tm()
        guard let stamped = TS_TST_INFO_get_time(info), ASN1_TIME_to_tm(stamped, &time) == 1 else { return nil }
        return Timestamp(seconds: Int64(timegm(&time)))
    }
}
