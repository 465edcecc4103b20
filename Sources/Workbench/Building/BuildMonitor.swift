import Basics
import Containers
import Files
import Foundation
import JSONReading
import Synchronization
import SystemPackage

/// Watches a build's container beside its log: what it uses, and whether the disk has room for it.
///
/// Where less than `reserve` is free the container is paused, not killed, and goes on by itself once there is room again.
final class BuildMonitor: Sendable {
    private struct State {
        var samples = 0
        var last: ResourceSample?
        var memoryPeak: Int64?
        var loadPeak: Double?
        var diskFreeFirst: Int64?
        var diskFreeLeast: Int64?
        var pausedSeconds = 0.0
        var isPauseRefused = false
        var engine: EngineFacts?
        var isStarted = false
        /// Of containers, or starts of one, before the one that runs.
        var cpuSecondsBefore = 0.0
        var sccache = SccacheUse()

        mutating func add(_ sample: ResourceSample) {
            if let now = sample.cpuSeconds, let before = last?.cpuSeconds, now < before { cpuSecondsBefore += before }
            samples += 1
            last = sample
            if let count = sample.sccache { sccache.add(count, at: sample.time) }
            memoryPeak = [memoryPeak, sample.memoryPeak, sample.memory].compactMap { $0 }.max()
            loadPeak = [loadPeak, sample.load].compactMap { $0 }.max()
            diskFreeFirst = diskFreeFirst ?? sample.diskFree
            diskFreeLeast = min(diskFreeLeast ?? sample.diskFree, sample.diskFree)
        }
    }

    private let engine: Engine
    private let container: String
    private let disk: FilePath
    private let record: FilePath
    private let file: FilePath
    /// What the engine says of itself, on the disk as soon as it is known: the engine may be another one when the build ends.
    private let engineFile: FilePath
    private let reserve: Int64
    private let say: @Sendable (String) -> Void
    /// Nil where there is no sccache to be asked; else how many phases the build has begun.
    private let phaseCount: (@Sendable () -> Int)?
    private let state = Mutex(State())
    /// How often the disk is looked at; a compiler writes no more than a few hundred megabytes in that time.
    private static let interval = Duration.seconds(1)

    init(
        engine: Engine, container: String, record: FilePath, disk: FilePath, file: FilePath, engineFile: FilePath, reserve: Int64,
        phaseCount: (@Sendable () -> Int)?,
        say: @escaping @Sendable (String) -> Void
    ) {
        self.engine = engine
        self.container = container
        self.record = record
        self.disk = disk
        self.file = file
        self.engineFile = engineFile
        self.reserve = reserve
        self.phaseCount = phaseCount
        self.say = say
        // Who watched this build before has written down what it saw.
        let earlier = ((try? file.contents(limit: 64 << 20)) ?? Data()).split(separator: UInt8(ascii: "\n"))
        let samples = earlier.compactMap { try? StrictJSON.decode(ResourceSample.self, from: Data($0)) }
        let known = (try? engineFile.contents(limit: 1 << 16)).flatMap { try? StrictJSON.decode(EngineFacts.self, from: $0) }
        state.withLock { state in
            for sample in samples { state.add(sample) }
            state.engine = known
        }
    }

    /// Runs until its task is cancelled. A container that it has paused stays so until the next one that watches it finds room.
    func run() async {
        var group: ControlGroup?
        var isKnown = false
        var isPaused = false
        var tick = 0
        var process: Int32 = 0
        var asking = SccacheAsking()
        while !Task.isCancelled {
            let wasStarted = isStarted
            if !isKnown, wasStarted, let facts = try? await engine.container(container), facts.started != nil {
                isKnown = true
                // Nil where it is over, or its group cannot be read.
                group = ControlGroup(of: facts.processID)
                process = facts.processID
                if engineFacts == nil, let facts = try? await engine.facts(beside: facts) { keep(facts) }
                // The process before us may have paused it and ended.
                isPaused = facts.state == .paused
            }
            // The script makes the folder; until then its disk is that of the folder above.
            let free = Int64((try? disk.freeBytes()) ?? (try? disk.removingLastComponent().freeBytes()) ?? .max)
            if isKnown { await watch(free, &isPaused) }
            // Every second in the first minute, later every ten: a build of ten hours makes some 3,700 samples.
            if tick < 60 || tick.isMultiple(of: 10) { sample(group, free: free, isPaused: isPaused) }
            if let phases = phaseCount?(), !isPaused, let count = await asking.ask(engine, container, process: process, phases: phases) {
                sample(group, free: free, isPaused: false, count)
            }
            tick += 1
            // A look at the record costs nothing, and a short build is over soon.
            for _ in 0..<10 {
                do { try await Task.sleep(for: Self.interval / 10) } catch { return }
                if !wasStarted, isStarted { break }
            }
        }
    }

    /// What the engine says of itself; nil where the build was over before it had.
    var engineFacts: EngineFacts? { state.withLock { $0.engine } }

    private func keep(_ facts: EngineFacts) {
        state.withLock { $0.engine = facts }
        if let content = try? StrictJSON.encode(facts) { try? engineFile.replaceContents(with: content) }
    }

    /// The record names the container as soon as there is one; the engine is not asked before.
    private var isStarted: Bool {
        guard !state.withLock(\.isStarted) else { return true }
        guard (try? ShimRecord(reading: record))?.containerID != nil else { return false }
        state.withLock { $0.isStarted = true }
        return true
    }

    var summary: ResourceSummary? {
        state.withLock { state in
            guard let last = state.last else { return nil }
            return ResourceSummary(
                cpuSeconds: last.cpuSeconds.map { $0 + state.cpuSecondsBefore }, memoryPeak: state.memoryPeak,
                diskUsed: max(0, (state.diskFreeFirst ?? 0) - (state.diskFreeLeast ?? 0)),
                loadPeak: state.loadPeak, pausedSeconds: state.pausedSeconds, sampleCount: state.samples)
        }
    }

    private func watch(_ free: Int64, _ isPaused: inout Bool) async {
        if isPaused {
            state.withLock { $0.pausedSeconds += 1 }
            guard free >= reserve + reserve / 4 else { return }
            do throws(ContainerError) {
                try await engine.resume(container)
                isPaused = false
                say("hallmark: there is room again (\(Self.megabytes(free))); the build goes on")
            } catch { say("hallmark: the build cannot be resumed: \(error.message)") }
        } else if free < reserve, !state.withLock({ $0.isPauseRefused }) {
            do throws(ContainerError) {
                try await engine.pause(container)
                isPaused = true
                say(
                    "hallmark: only \(Self.megabytes(free)) are free where `\(disk)` lies; the build is paused until there are \(Self.megabytes(reserve + reserve / 4))"
                )
            } catch {
                // It may have come to its end meanwhile.
                if (try? await engine.container(container))?.state != .running { return }
                state.withLock { $0.isPauseRefused = true }
                say("hallmark: the disk is nearly full (\(Self.megabytes(free))) and the build cannot be paused: \(error.message)")
            }
        }
    }

    var sccache: SccacheUse { state.withLock(\.sccache) }

    private func sample(_ group: ControlGroup?, free: Int64, isPaused: Bool, _ count: SccacheCount? = nil) {
        guard free < .max else { return }
        let load = (try? FilePath("/proc/loadavg").text(limit: 4096)).flatMap { $0.split(separator: " ").first }.flatMap { Double($0) }
        let memory = group?.memoryUse
        let cpu = group?.cpuSeconds
        let sample = state.withLock { state in
            // After the container's end its group is gone; what it used last stays.
            let sample = ResourceSample(
                time: .now, cpuSeconds: cpu ?? state.last?.cpuSeconds, memory: memory, memoryPeak: group?.memoryPeak, diskFree: free, load: load,
                isPaused: isPaused, sccache: count)
            state.add(sample)
            return sample
        }
        append(sample)
    }

    /// One line of JSON a sample. A disk that is full takes no more of them, and the build does not suffer from that.
    private func append(_ sample: ResourceSample) {
        guard let line = try? StrictJSON.encode(sample),
            let file = try? FileDescriptor.open(
                file, .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite, .groupRead, .otherRead])
        else { return }
        _ = try? file.closeAfter { try file.writeAll(line + Data("\n".utf8)) }
    }

    private static func megabytes(_ bytes: Int64) -> String { "\(bytes / 1_000_000) MB" }
}
