import Foundation

/// Threads that decode blocks, two at once each, until they are stopped.
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

    func submit(_ jobs: [Bzip2Job]) {
        guard !jobs.isEmpty else { return }
        if !hasStarted { start() }
        condition.lock()
        waiting += jobs
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
        let decoders = (Bzip2BlockDecoder(), Bzip2BlockDecoder())
        while let jobs = next() {
            let first = Result { () throws(ArchiveError) in try jobs.0.read(file, end: end, with: decoders.0) }
            guard let other = jobs.1 else {
                if case .success = first { decoders.0.follow() }
                finish(jobs.0, first, decoders.0)
                continue
            }
            let second = Result { () throws(ArchiveError) in try other.read(file, end: end, with: decoders.1) }
            switch (first, second) {
            case (.success, .success): decoders.0.follow(with: decoders.1)
            case (.success, .failure): decoders.0.follow()
            case (.failure, .success): decoders.1.follow()
            case (.failure, .failure): break
            }
            finish(jobs.0, first, decoders.0)
            finish(other, second, decoders.1)
        }
    }

    private func finish(_ job: Bzip2Job, _ stop: Result<Int64, ArchiveError>, _ decoder: Bzip2BlockDecoder) {
        let result = Result { () throws(ArchiveError) in try job.finish(decoder, end: try stop.get()) }
        condition.lock()
        job.result = result
        job.isDone = true
        condition.broadcast()
        condition.unlock()
    }

    /// A block, and a second one unless another thread would have none for it.
    private func next() -> (Bzip2Job, Bzip2Job?)? {
        condition.lock()
        defer { condition.unlock() }
        while waiting.isEmpty, !isStopped { condition.wait() }
        guard !isStopped else { return nil }
        let isPlenty = waiting.count > threads
        return (waiting.removeFirst(), isPlenty ? waiting.removeFirst() : nil)
    }
}
