import Testing

@testable import Transport

@Suite struct HTTPAddressTests {
    @Test(arguments: [
        ("https://conda.anaconda.org", "https://conda.anaconda.org/"), ("HTTP://LocalHost:8080/a/b?c=d", "http://localhost:8080/a/b?c=d"),
        ("https://example.org:443/x", "https://example.org/x"), ("http://[::1]:80/", "http://[::1]/"), ("https://h?q", "https://h/?q"),
    ])
    func `an address has one spelling`(text: String, url: String) throws {
        #expect(try HTTPAddress(parsing: text).url == url)
    }

    @Test(arguments: [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "https://", "https:///path", "https://user:pass@example.org/", "https://a@b/",
        "https://example.org/a b", "https://example.org/a\r\nHost: evil", "https://example.org/#part", "https://example.org:0/",
        "https://example.org:99999/", "https://exa\\mple.org/", "https://example.org/a/../b", "https://example.org/%2E%2e/b", "https://example.org/ü",
        "https://[::1/", "https://.example.org/",
    ])
    func `what is no plain address is refused`(text: String) {
        #expect(throws: TransportError.self) { try HTTPAddress(parsing: text) }
    }

    @Test func `a password in an address is not repeated in the error`() throws {
        let error = #expect(throws: TransportError.self) { try HTTPAddress(parsing: "https://me:hunter2@example.org/") }
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func `any cut of an address is read or refused`() {
        let text = "https://example.org:8443/a/b%20c?d=e&f=g"
        for end in text.indices { _ = try? HTTPAddress(parsing: text[..<end]) }
    }

    @Test func `a segment stays one segment`() throws {
        let base = try HTTPAddress(parsing: "https://api.example.org/base?old=1")
        #expect(try base.appending("dist", "a/b", "c d", "1!2+x_~").url == "https://api.example.org/base/dist/a%2Fb/c%20d/1!2+x_~")
        #expect(throws: TransportError.self) { try base.appending("..") }
        #expect(throws: TransportError.self) { try base.appending("") }
    }

    @Test(arguments: [
        ("/objects", "http://h:1/objects"), ("//other/x", "http://other/x"), ("https://s3/x?y=z", "https://s3/x?y=z"), ("c", "http://h:1/a/c"),
    ])
    func `a reference is resolved where it was given`(reference: String, url: String) throws {
        #expect(try HTTPAddress(parsing: "http://h:1/a/b").resolving(reference).url == url)
    }

    @Test func `a query is never shown`() throws {
        let address = try HTTPAddress(parsing: "https://store.example/key?X-Signature=s3cret")
        #expect("\(address)" == "https://store.example/key")
    }

    @Test(arguments: [
        ("http://127.0.0.1", true), ("http://127.8.0.1", true), ("http://localhost", true), ("http://[::1]", true),
        ("http://127.0.0.1.evil.org", false),
        ("http://localhost.evil.org", false), ("http://10.0.0.1", false), ("http://127.evil", false),
    ])
    func `loopback is told by its name`(text: String, isLoopback: Bool) throws {
        #expect(try HTTPAddress(parsing: text).isLoopback == isLoopback)
    }
}
