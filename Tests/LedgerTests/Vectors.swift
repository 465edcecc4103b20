import Basics
import Cryptography
import Foundation
import Ledger

/// The deterministic log that was made and cross-checked outside: 600 entries `{"n":i}`, the log's seed 00…1f, the witness's 20…3f.
enum Vectors {
    static let origin = "example.org/manual-log"
    static let witnessName = "witness.example.org/w1"
    static let logKeyText = "example.org/manual-log+17ac2a81+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
    static let witnessKeyText = "witness.example.org/w1+f3c080b6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
    static let root600 = "OIY6tHvAwLrwc963ZtCm/Chz5mPoGYWCYGMsAKiqwTE="

    static func logKey() throws -> LogKey { try LogKey(seed: (0..<32).map { UInt8($0) }) }
    static func witnessKey() throws -> LogKey { try LogKey(seed: (32..<64).map { UInt8($0) }) }
    static func entries(_ count: Int) -> [Data] { (0..<count).map { Data("{\"n\":\($0)}".utf8) } }

    static let checkpoint = """
        example.org/manual-log
        600
        OIY6tHvAwLrwc963ZtCm/Chz5mPoGYWCYGMsAKiqwTE=

        — example.org/manual-log F6wqgYQQq0LC3Z/TiOvFQJrCacP3DkbCNfJ6l0iCGRpjXEGzSlSEIKyyhZu3WEhNS0KMCwc/e5kdGB5BRJcOB4xGkAg=
        — witness.example.org/w1 88CAtgAAAABlU/EAA63MvwYd/O4Lm+BAqbIPf/q8WqckvQnDp1mcpa2w60qUQ6SDI2kmgJApTdDNQY2TSbjnW1e4ICvjBUnjZTHgCg==

        """

    static let proof517 = """
        c2sp.org/tlog-proof@v1
        index 517
        B2ExF6XNWHKFODMxuKP0IZk9geFfOn+YgFGjIKWxuY4=
        nDqowiYFJcYxRGHWwoYvAC9lajGPQwrG5qcLoUOoPFw=
        4Y24Im0HAN3adz59RKKvurumtJZtGvovdF/I5dltufI=
        krvJcII8n15QgybPF8oD1VnWDXJFoSpWpMkwBv2zvfc=
        7+YB9Qeq4TJ1m7jeBqXgUbNbWU2oew8Zof0NBMw1F+Q=
        9wHbH7EOiYvrQguyi0ms6lR/a05hPKerxVwb8otkTsg=
        9PgnoDCxdt/+1AsNp2IodJgxkZZMbTGoajcPeKN1T5Q=
        xunsJSYlar6TlbQcuhyYMn560VHpw+k7Ndqpdktg1bI=


        """ + checkpoint
}
