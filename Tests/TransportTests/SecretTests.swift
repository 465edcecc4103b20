import Testing

@testable import Transport

@Suite struct SecretTests {
    @Test func `a secret is in no description, mirror or dump`() throws {
        let secret = try Secret(" tk-hunter2-tk\n")
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Credential.token(secret), to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), "\(Credential.token(secret))", "\([secret])", dumped] {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect(secret.withText { $0 } == "tk-hunter2-tk")
        #expect(secret.redacted("a tk-hunter2-tk b") == "a (secret) b")
    }

    @Test(arguments: ["", " \n", "a\r\nX: y", "a b", "töken", "$(TOKEN)", "a\0b"])
    func `what cannot stand in a header is no token, and is not repeated`(text: String) {
        let error = #expect(throws: TransportError.self) { try Secret(text) }
        #expect(error?.message.hasPrefix("the token cannot be used: it ") == true)
    }
}
