import Files
import Foundation
import SystemPackage
import Testing

@Suite struct FilePathTests {
    @Test func `replaces a file as a whole and leaves nothing beside it`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a")
            try path.replaceContents(with: "one")
            try path.replaceContents(with: "two")
            #expect(try path.text() == "two")
            #expect(try folder.children().map { $0.lastComponent?.string } == ["a"])
        }
    }

    @Test func `reads no more than it was told`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("a")
            try path.replaceContents(with: "12345")
            #expect(throws: FileError.tooLarge(path, limit: 4)) { try path.contents(limit: 4) }
            #expect(throws: FileError.missing(folder.appending("b"))) { try folder.appending("b").contents() }
        }
    }

    @Test func `a lock names its holder to the second who comes`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("lock")
            let lock = try FileLock.take(path, holder: "build, process 7")
            do {
                _ = try FileLock.take(path, holder: "another")
                Issue.record("two held the lock")
            } catch { #expect(error as? FileError == .locked(path, holder: "build, process 7")) }
            lock.release()
            _ = try FileLock.take(path, holder: "another")
        }
    }

    @Test func `a lock is given back though a child that is just being started still has its file`() throws {
        try TemporaryDirectory.withSync { folder in
            let path = folder.appending("lock")
            let lock = try FileLock.take(path, holder: "build, process 7")
            // What a child has between fork and exec: the same open file under a descriptor of its own.
            let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { CInt($0) }
            let held = numbers.filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == path.string }
            let copy = dup(try #require(held.first))
            defer { close(copy) }
            lock.release()
            _ = try FileLock.take(path, holder: "another")
        }
    }
}
