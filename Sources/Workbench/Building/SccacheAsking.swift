import Containers

/// When a build's sccache is asked for its counters: a question takes a fifth of a second of a processor, and what comes after the last one is not counted.
struct SccacheAsking {
    private var server: SccacheServer?
    private var next = ContinuousClock.now
    private var asked = 0
    private var phases = 0
    private var failures = 0

    /// Called every second. Often at the beginning, later every half minute, and whenever a phase begins: packaging and tests come after the last compilation.
    mutating func ask(_ engine: Engine, _ container: String, process: Int32, phases: Int) async -> SccacheCount? {
        guard let found = SccacheServer(in: process) else { return nil }
        let isNew = found != server
        if isNew { (asked, failures) = (0, 0) }
        // One that does not answer is not to be hindered any more.
        guard failures < 3, isNew || phases > self.phases || ContinuousClock.now >= next else { return nil }
        server = found
        self.phases = phases
        asked += 1
        next = .now + (asked < 5 ? .seconds(1) : asked < 12 ? .seconds(5) : .seconds(30))
        let count = await found.ask(engine, container)
        failures = count == nil ? failures + 1 : 0
        return count
    }
}
