public import SystemPackage

/// A form of `multipart/form-data` (RFC 7578): its fields in their order, then one file.
///
/// Object stores read nothing that comes after the file.
public struct MultipartForm: Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var value: String
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct FilePart: Hashable, Sendable {
        public var name: String
        /// What the server is told; not the file's own path.
        public var fileName: String
        public var path: FilePath
        public init(name: String, fileName: String, path: FilePath) {
            self.name = name
            self.fileName = fileName
            self.path = path
        }
    }

    public var fields: [Field]
    public var file: FilePart

    public init(fields: [Field], file: FilePart) {
        self.fields = fields
        self.file = file
    }
}
