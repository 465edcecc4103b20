import Files
import Foundation
import SystemPackage
import Testing

@testable import Recipes

@Suite struct OutputRegistryTests {
    func with(_ body: (OutputRegistry, FilePath) throws(any Error) -> Void) throws {
        try TemporaryDirectory.withSync { folder in
            func write(_ path: String, _ text: String) throws {
                let place = folder.pushing(FilePath(path))
                try place.removingLastComponent().createDirectory()
                try place.replaceContents(with: text)
            }
            try write("config.json", #"{"outputs_path":"outputs","shard_level":3,"shard_fill":"z","auto_register_all":false}"#)
            try write("outputs/q/t/m/qt-main.json", #"{"feedstocks": ["qt-main"]}"#)
            try write("outputs/r/z/z/r.json", #"{"feedstocks": ["r-base", "r"]}"#)
            try write("outputs/l/i/b/_libgcc_mutex.json", "{\"feedstocks\": [")
            try write("feedstock_outputs_autoreg_allowlist.yml", "qt-main:\n- qt-[a-z]*-extras\n")
            try body(try OutputRegistry(folder: folder), folder)
        }
    }

    @Test(arguments: [
        ("qt-main", "outputs/q/t/m/qt-main.json"), ("r", "outputs/r/z/z/r.json"), ("_libgcc_mutex", "outputs/l/i/b/_libgcc_mutex.json"),
        ("7zip", "outputs/7/z/i/7zip.json"),
    ])
    func `a name's place is made of its first letters and digits`(name: String, place: String) throws {
        try with { (registry, _) throws in #expect(try registry.shard(of: name) == place) }
    }

    @Test(arguments: ["../x", "a/b", "", ".x", "a\0b"])
    func `a name that is a path has no place`(name: String) throws {
        try with { (registry, _) throws in #expect(throws: FeedstockError.notAnOutput(name)) { try registry.shard(of: name) } }
    }

    @Test func `says who may make what`() throws {
        try with { (registry, _) throws in
            func verdict(_ name: String, _ feedstock: String) throws -> OutputRegistry.Verdict {
                try registry.verdict(on: RecipeOutline.Output(name: name), of: feedstock)
            }
            #expect(try verdict("qt-main", "qt-main") == .registered)
            #expect(try verdict("qt-main", "qt") == .registeredTo(["qt-main"]))
            #expect(try verdict("qt-wayland-extras", "qt-main") == .allowed(pattern: "qt-[a-z]*-extras"))
            #expect(try verdict("qt-wayland", "qt-main") == .unregistered)
            #expect(try verdict("${{ name }}", "qt-main") == .unread)
            #expect(throws: FeedstockError.self) { try verdict("_libgcc_mutex", "ctng") }
        }
    }
}
