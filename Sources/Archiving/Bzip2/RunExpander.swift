/// Expands bzip2's first coding: four equal bytes are followed by the number of further ones.
///
/// It works in pieces, because one block may expand to 46 MB.
struct RunExpander {
    private var last = -1
    private var equal = 0
    private var pending = 0

    /// Takes from `input` and fills `output`; says how much of both.
    mutating func expand(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> (taken: Int, given: Int) {
        var (taken, given) = (0, 0)
        while true {
            if pending > 0 {
                let part = min(pending, output.count &- given)
                guard part > 0 else { return (taken, given) }
                (output.baseAddress.unsafelyUnwrapped + given).update(repeating: UInt8(truncatingIfNeeded: last), count: part)
                given &+= part
                pending &-= part
                continue
            }
            if equal == 4 {
                guard taken < input.count else { return (taken, given) }
                pending = Int(input[taken])
                taken &+= 1
                equal = 0
                // The byte behind a run begins a new count even if it is the same.
                lastIsRun = true
                continue
            }
            let room = min(input.count &- taken, output.count &- given)
            guard room > 0 else { return (taken, given) }
            var index = 0
            var (last, equal) = (lastIsRun ? -1 : self.last, self.equal)
            while index < room, equal < 4 {
                let byte = input[taken &+ index]
                output[given &+ index] = byte
                equal = Int(byte) == last ? equal &+ 1 : 1
                last = Int(byte)
                index &+= 1
            }
            (self.last, self.equal, lastIsRun) = (last, equal, false)
            taken &+= index
            given &+= index
        }
    }

    private var lastIsRun = false
    /// Whether nothing is owed; a block that ends in four equal bytes without a count is malformed.
    var isComplete: Bool { pending == 0 && equal < 4 }
}
