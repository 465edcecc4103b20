public import Basics
import COpenSSL
public import Foundation

/// A certificate of a time-stamping authority, or of a root above one, as a roster names it.
public struct AuthorityCertificate: Hashable, Sendable {
    public let der: Data
    /// The subject in the spelling of RFC 2253.
    public let subject: String
    public let validUntil: Timestamp

    public init(der: Data) throws(CryptographyError) { try self.init(try CertificateHandle(der: der)) }

    /// Reads `-----BEGIN CERTIFICATE-----`; of several the first.
    public init(pem: some ContiguousBytes) throws(CryptographyError) {
        ErrorQueue.clear()
        let bio = try MemoryBIO.create(holding: pem)
        guard let certificate = PEM_read_bio_X509(bio.handle, nil, { _, _, _, _ in -1 }, nil) else {
            throw .library(action: "read an authority's certificate", reasons: ErrorQueue.drain())
        }
        try self.init(CertificateHandle(owning: certificate))
    }

    private init(_ handle: CertificateHandle) throws(CryptographyError) {
        ErrorQueue.clear()
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(handle.pointer, &start)
        guard count > 0, let start else { throw ErrorQueue.failure("write a certificate") }
        defer { CRYPTO_free(start, #fileID, #line) }
        der = Data(bytes: start, count: Int(count))
        let bio = try MemoryBIO.create()
        X509_NAME_print_ex(bio.handle, X509_get_subject_name(handle.pointer), 0, hallmark_rfc2253())
        subject = String(decoding: bio.contents, as: UTF8.self)
        var time = tm()
        guard let end = X509_get0_notAfter(handle.pointer), ASN1_TIME_to_tm(end, &time) == 1 else {
            throw ErrorQueue.failure("read a certificate's end")
        }
        validUntil = Timestamp(seconds: Int64(timegm(&time)))
    }
}
