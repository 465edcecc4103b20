import Foundation

/// Threads that decode blocks until they are stopped.
///
// SAFETY: everything that changes, here and in the jobs, is touched only under `condition`; a job's `let`s are free to read.
final class Bzip2Pool: @unchecked Sendable {
    let threads: Int
    private let file: OpenedFile
    private let end: Int64
    private let condition = NSCondition()
    private var waiting: [Bzip2Job] = []
    private var isStopped = false
    private var hasStarted = false

    init(_ file: OpenedFile, end: Int64, threads: Int) {
        self.file = file
        self.end = end
        self.threads = threads
    }

    func submit(_ job: Bzip2Job) {
        if !hasStarted { start() }
        condition.lock()
        waiting.append(job)
        condition.broadcast()
        condition.unlock()
    }

    /// Takes a job back that nobody waits for any more; one that is being decoded is decoded for nothing.
    func forget(_ job: Bzip2Job) {
        condition.lock()
        waiting.removeAll { $0 === job }
        condition.unlock()
    }

    func wait(for job: Bzip2Job) -> Result<Bzip2Job.Decoded, ArchiveError> {
        condition.lock()
        defer { condition.unlock() }
        while !job.isDone { condition.wait() }
        return job.result
    }

    func stop() {
        condition.lock()
        isStopped = true
        waiting = []
        condition.broadcast()
        condition.unlock()
    }

    private func start() {
        hasStarted = true
        for _ in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.stackSize = 512 << 10
            thread.start()
        }
    }

    private func work() {
        let decoder = Bzip2BlockDecoder()
        while let job = next() {
            let result = Result { () throws(ArchiveError) in
                try Bzip2Job.decode(file, end: end, bit: job.bit, hint: job.hint, level: job.level, with: decoder)
            }
            condition.lock()
            job.result = result
            job.isDone = true
            condition.broadcast()
            condition.unlock()
        }
    }

    private func next() -> Bzip2Job? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty, !isStopped { condition.wait() }
        return isStopped ? nil : waiting.removeFirst()
    }
}
