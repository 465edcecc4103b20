import CCurl
import Foundation

/// One of libcurl's easy handles, with the header list and the form that it borrows.
struct EasyHandle: ~Copyable {
    private let handle: UnsafeMutableRawPointer
    private let address: HTTPAddress
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var form: OpaquePointer?

    private init(owning handle: UnsafeMutableRawPointer, address: HTTPAddress) {
        self.handle = handle
        self.address = address
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    static func create(for address: HTTPAddress) throws(TransportError) -> EasyHandle {
        guard isReady, let handle = curl_easy_init() else { throw .failed(.setUp, address, detail: "it does not start") }
        let easy = EasyHandle(owning: handle, address: address)
        try easy.check(hallmark_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, easy.errorText))
        return easy
    }

    deinit {
        curl_easy_cleanup(handle)
        if let form { curl_mime_free(form) }
        // The list holds credentials.
        var entry = headerList
        while let current = entry {
            explicit_bzero(current.pointee.data, strlen(current.pointee.data))
            entry = current.pointee.next
        }
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func set(_ option: CURLoption, _ value: Int) throws(TransportError) { try check(hallmark_curl_set_long(handle, option, value)) }
    func set(_ option: CURLoption, offset: Int64) throws(TransportError) { try check(hallmark_curl_set_offset(handle, option, curl_off_t(offset))) }
    func set(_ option: CURLoption, _ text: String) throws(TransportError) { try check(hallmark_curl_set_text(handle, option, text)) }
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) throws(TransportError) {
        try check(hallmark_curl_set_pointer(handle, option, pointer))
    }
    func set(_ option: CURLoption, _ callback: @escaping @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int)
        throws(TransportError)
    { try check(hallmark_curl_set_transfer(handle, option, callback)) }
    func setSeek(_ callback: @escaping curl_seek_callback) throws(TransportError) { try check(hallmark_curl_set_seek(handle, callback)) }
    func setProgress(_ callback: @escaping curl_xferinfo_callback) throws(TransportError) { try check(hallmark_curl_set_progress(handle, callback)) }

    /// Adds a header line; the bytes are copied by libcurl and wiped with the handle.
    mutating func addHeader(_ line: String) throws(TransportError) {
        guard let list = curl_slist_append(headerList, line) else { throw .failed(.setUp, address, detail: "out of memory") }
        headerList = list
    }

    func useHeaders() throws(TransportError) { try set(CURLOPT_HTTPHEADER, pointer: headerList) }

    /// Makes the form the body. `source` is read during `perform` and must live until then.
    mutating func setForm(
        _ form: MultipartForm, source: BodySource, read: @escaping curl_read_callback, seek: @escaping curl_seek_callback,
        context: UnsafeMutableRawPointer
    )
        throws(TransportError)
    {
        guard let mime = curl_mime_init(handle) else { throw .failed(.setUp, address, detail: "out of memory") }
        self.form = mime
        for field in form.fields {
            let part = curl_mime_addpart(mime)
            try check(curl_mime_name(part, field.name))
            try check(curl_mime_data(part, field.value, field.value.utf8.count))
        }
        let part = curl_mime_addpart(mime)
        try check(curl_mime_name(part, form.file.name))
        try check(curl_mime_data_cb(part, curl_off_t(source.byteCount), read, seek, nil, context))
        try check(curl_mime_filename(part, form.file.fileName))
        try check(curl_mime_type(part, "application/octet-stream"))
        try set(CURLOPT_MIMEPOST, pointer: UnsafeMutableRawPointer(mime))
    }

    /// Blocks until the exchange is over.
    func perform() -> CURLcode { curl_easy_perform(handle) }

    /// Whether a connection came about, to tell one timeout from the other.
    var isConnected: Bool {
        var time = 0
        return hallmark_curl_get_long(handle, CURLINFO_NUM_CONNECTS, &time) == CURLE_OK && time > 0
    }

    /// libcurl's own words for what happened.
    func text(of code: CURLcode) -> String {
        let own = String(cString: errorText)
        return own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        guard code == CURLE_OK else { throw .failed(.setUp, address, detail: text(of: code)) }
    }
}
