import COpenSSL
import Foundation

/// An `X509`: a certificate that somebody else has to be judged by.
final class CertificateHandle {
    let pointer: OpaquePointer
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    init(der: Data) throws(CryptographyError) {
        ErrorQueue.clear()
        let certificate = der.withUnsafeBytes { bytes in
            var position = bytes.bindMemory(to: UInt8.self).baseAddress
            return d2i_X509(nil, &position, bytes.count)
        }
        guard let certificate else { throw .library(action: "read an authority's certificate", reasons: ErrorQueue.drain()) }
        pointer = certificate
    }

    deinit { X509_free(pointer) }
}
