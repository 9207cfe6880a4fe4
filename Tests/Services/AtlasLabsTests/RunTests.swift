import AtlasAPI
import AtlasCore
@testable import AtlasLabs
import AtlasPorts
import AtlasTestKit
import EmbeddedEngines
import Synchronization
import Testing

@Suite struct RunTests {
    @Test(arguments: TestEngine.all)
    func `a lab starts with its set-up, keeps the files, and goes on with them`(engine: TestEngine) async throws {
        try await LabBench.run(engine) { bench in
            let ada = bench.person("ada")
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada) == nil)
            let status = try await bench.running(as: ada)
            #expect((1...999_999).contains(status.seed))
            #expect(status.startedAt == bench.clock.now() && status.endsAt == bench.clock.now() + .seconds(7_200))
            #expect(status.savedAt != nil && status.canExtend && !status.canRestore)
            #expect(try await bench.labs.start(LabBench.ring, as: ada).startedAt == status.startedAt)
            #expect(bench.runtime.boxes.count == 1)
            let box = try bench.box()
            #expect(box.spec.environment["LAB_SEED"] == "\(status.seed)" && box.spec.folders.isEmpty)
            #expect(box.home["ring.py"] == .text("seed \(status.seed)\n"))

            try box.change { try $0.set(.text("mine"), at: "notes") }
            let stopped = try await bench.labs.stop(LabBench.ring, as: ada)
            #expect(stopped.state == .stopped && stopped.usage == nil)
            #expect(bench.runtime.boxes.isEmpty)
            #expect(try await bench.labs.runs(as: ada).isEmpty)
            #expect(try await bench.labs.stop(LabBench.ring, as: ada).state == .stopped)

            let again = try await bench.running(as: ada)
            #expect(again.seed == status.seed)
            #expect(try bench.box().home["notes"] == .text("mine"))
            #expect(bench.runtime.specs.count { $0.id.hasPrefix("setup-") } == 1, "the set-up ran again")
            #expect(try await bench.events().filter { $0 == "lab.started" }.count == 2)
            #expect(try await bench.events().filter { $0 == "lab.stopped" }.count == 1)
        }
    }

    @Test(arguments: TestEngine.all)
    func `who finds no room waits in order, sees the place, and starts when there is room`(
        engine: TestEngine
    ) async throws {
        var settings = LabSettings()
        settings.maximum = 1
        settings.queueLength = 2
        try await LabBench.run(engine, settings: settings) { bench in
            let (ada, bob, cy, dot) = (
                bench.person("ada"), bench.person("bob"), bench.person("cy"), bench.person("dot")
            )
            try await bench.running(as: ada)
            #expect(try await bench.labs.start(LabBench.ring, as: bob).position == 1)
            let third = try await bench.labs.start(LabBench.ring, as: cy)
            #expect(third.state == .queued && third.position == 2 && third.estimateSeconds == nil)
            #expect(await code { _ = try await bench.labs.start(LabBench.ring, as: dot) } == .tooMany)
            let refused = await #expect(throws: AtlasError.self) {
                _ = try await bench.labs.reset(LabBench.ring, newSeed: false, as: cy)
            }
            #expect(refused?.message.contains("waits for a place") == true)

            bench.clock.advance(by: .seconds(100))
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            _ = try await bench.status(as: bob) { $0.state == .running }
            // One run of 100 seconds is known, and Bob's has just begun.
            let next = try await bench.status(as: cy) { $0.position == 1 && $0.estimateSeconds != nil }
            #expect(next.estimateSeconds == 100)
            // Who gives up makes room in the queue.
            #expect(try await bench.labs.stop(LabBench.ring, as: cy).state == .stopped)
            #expect(try await bench.labs.start(LabBench.ring, as: dot).position == 1)
            _ = try await bench.labs.stop(LabBench.ring, as: bob)
            _ = try await bench.status(as: dot) { $0.state == .running }
        }
    }

    @Test(arguments: TestEngine.all)
    func `one account has so many runs and no more, however fast it asks`(engine: TestEngine) async throws {
        var settings = LabSettings()
        settings.perAccount = 1
        try await LabBench.run(engine, settings: settings) { bench in
            let ada = bench.person("ada")
            let codes = await withTaskGroup { group in
                for lab in [LabBench.ring, LabBench.pair] {
                    group.addTask { await code { _ = try await bench.labs.start(lab, as: ada) } }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == .tooMany } == 1)
            let runs = try await bench.labs.runs(as: ada)
            #expect(runs.count == 1)
            let lab = LabID(try #require(runs.first).lab)
            _ = try await bench.status(of: lab, as: ada) { $0.state == .running }
            let other = bench.neighbour("second")
            #expect(try await other.labs.start(lab, as: ada).state == .running)
            #expect(other.runtime.boxes.isEmpty, "it runs in the first process")
            #expect(await code { _ = try await other.labs.stop(lab, as: ada) } == .unavailable)
        }
    }

    @Test func `too little memory makes wait, and measured memory counts`() async throws {
        var settings = LabSettings()
        settings.memoryBudgetBytes = 150 << 20
        try await LabBench.run(settings: settings) { bench in
            let (ada, bob) = (bench.person("ada"), bench.person("bob"))
            try await bench.running(as: ada)
            try bench.box().setUsage { $0.memoryBytes = 100 << 20 }
            bench.clock.advance(by: .seconds(5))
            await bench.labs.tick()
            // 100 MiB measured and 64 expected are more than 150.
            #expect(try await bench.labs.start(LabBench.ring, as: bob).state == .queued)
            try bench.box().setUsage { $0.memoryBytes = 20 << 20 }
            bench.clock.advance(by: .seconds(5))
            await bench.labs.tick()
            _ = try await bench.status(as: bob) { $0.state == .running }
            let report = try await bench.labs.host(as: bench.person("root", role: .admin))
            #expect(report.runs.count == 2 && report.memoryBytes == 20 << 20)
            #expect(report.startMedianMilliseconds != nil)
        }
    }

    @Test func `a lab ends when its time is over, or when nothing happens`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            bench.clock.advance(by: .seconds(29 * 60))
            await bench.labs.tick()
            let view = try await bench.labs.attach(
                LabBench.ring,
                size: LabScreenSize(columns: 80, rows: 24),
                from: nil,
                as: ada
            )
            try await view.write([65])
            bench.clock.advance(by: .seconds(29 * 60))
            await bench.labs.tick()
            let end = try #require(try await bench.labs.run(of: LabBench.ring, as: ada)?.endsAt)
            let stayed = try await bench.labs.stay(LabBench.ring, as: ada)
            #expect(stayed.state == .running && stayed.endsAt == end && stayed.canExtend)
            bench.clock.advance(by: .seconds(29 * 60))
            await bench.labs.tick()
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada)?.state == .running)
            bench.clock.advance(by: .seconds(2 * 60))
            await bench.labs.tick()
            let idle = try await bench.labs.run(of: LabBench.ring, as: ada)
            #expect(idle?.state == .stopped && idle?.reason?.contains("Nothing happened") == true)

            let newEnd = try #require(try await bench.running(as: ada).endsAt)
            for _ in 0..<3 { #expect(try await bench.labs.extend(LabBench.ring, as: ada).state == .running) }
            #expect(await code { _ = try await bench.labs.extend(LabBench.ring, as: ada) } == .conflict)
            let status = try #require(try await bench.labs.run(of: LabBench.ring, as: ada))
            #expect(status.endsAt == newEnd + .seconds(90 * 60) && !status.canExtend)
            for _ in 0..<7 {
                bench.clock.advance(by: .seconds(29 * 60))
                await bench.labs.tick()
                _ = try? await bench.labs.save(
                    "x",
                    content: "\(bench.clock.now())",
                    version: nil,
                    in: LabBench.ring,
                    as: ada
                )
            }
            _ = try? await bench.labs.check(LabBench.ring, as: ada)
            bench.clock.advance(by: .seconds(29 * 60))
            await bench.labs.tick()
            let over = try await bench.labs.run(of: LabBench.ring, as: ada)
            #expect(over?.state == .stopped && over?.reason?.contains("time of the lab was over") == true)
        }
    }

    @Test(arguments: TestEngine.all)
    func `when a process dies, another offers the files of the last snapshot`(engine: TestEngine) async throws {
        try await LabBench.run(engine) { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            try bench.box().change { try $0.set(.text("kept"), at: "notes") }
            bench.clock.advance(by: .seconds(31))
            await bench.labs.tick()
            try bench.box().change { try $0.set(.text("lost"), at: "notes") }
            // Not a word more from the first process.
            let second = bench.neighbour("second", knowingGone: ["first"])
            #expect(try await second.labs.run(of: LabBench.ring, as: ada)?.state == .stopped)
            try await second.labs.prepare()
            let found = try #require(try await second.labs.run(of: LabBench.ring, as: ada))
            #expect(found.state == .stopped && found.reason?.contains("restarted") == true)
            #expect(found.savedAt == bench.clock.now())
            try await second.running(as: ada)
            #expect(try second.box().home["notes"] == .text("kept"))
            // The first one notices that the run is no longer its own, and keeps nothing over it.
            try await bench.labs.beat()
            #expect(bench.runtime.boxes.isEmpty)
            await second.labs.close()
        }
    }

    @Test func `a process that falls silent counts as gone after a while, not before`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let second = bench.neighbour("second")
            bench.clock.advance(by: .seconds(30))
            try await bench.labs.beat()
            bench.clock.advance(by: .seconds(30))
            try await second.labs.adoptOrphans()
            #expect(try await second.labs.run(of: LabBench.ring, as: ada)?.state == .running)
            bench.clock.advance(by: .seconds(30))
            try await second.labs.adoptOrphans()
            #expect(try await second.labs.run(of: LabBench.ring, as: ada)?.state == .stopped)
        }
    }

    @Test func `files are kept while they change, and only then`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            bench.clock.advance(by: .seconds(31))
            await bench.labs.tick()
            let first = try await bench.labs.run(of: LabBench.ring, as: ada)?.savedAt
            bench.clock.advance(by: .seconds(31))
            await bench.labs.tick()
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada)?.savedAt == first)
            try bench.box().change { try $0.set(.text("x"), at: "x") }
            bench.clock.advance(by: .seconds(31))
            await bench.labs.tick()
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada)?.savedAt == bench.clock.now())
            #expect(try await bench.blobs.keys(under: "labs/ada/ring/homes/", limit: 10).count == 1)
        }
    }

    @Test func `a reset begins anew, and can be taken back once and again`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            let seed = try await bench.running(as: ada).seed
            #expect(await code { _ = try await bench.labs.restore(LabBench.ring, as: ada) } == .conflict)
            try bench.box().change { try $0.set(.text("mine"), at: "notes") }
            let new = try await bench.labs.reset(LabBench.ring, newSeed: true, as: ada)
            #expect(new.state == .running && new.seed != seed && new.canRestore)
            #expect(try bench.box().home["notes"] == nil)
            #expect(try bench.box().home["ring.py"] == .text("seed \(new.seed)\n"))
            let old = try await bench.labs.restore(LabBench.ring, as: ada)
            #expect(old.seed == seed && old.canRestore)
            #expect(try bench.box().home["notes"] == .text("mine"))
            #expect(try await bench.labs.restore(LabBench.ring, as: ada).seed == new.seed)
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            // The same while nothing runs.
            #expect(try await bench.labs.restore(LabBench.ring, as: ada).seed == seed)
            #expect(try await bench.labs.file("notes", of: LabBench.ring, as: ada).content == "mine")
            let again = try await bench.labs.reset(LabBench.ring, newSeed: false, as: ada)
            #expect(again.state == .stopped && again.seed == seed && again.canRestore)
            try await bench.running(as: ada)
            #expect(try bench.box().home["notes"] == nil)
            #expect(try await bench.blobs.keys(under: "labs/ada/ring/homes/", limit: 10).count == 2)
        }
    }

    @Test func `a box that breaks is told, and the lab can be started again`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            try bench.box().crash(.outOfMemory)
            let failed = try await bench.status(as: ada) { $0.state == .failed }
            #expect(failed.reason?.contains("memory") == true)
            try await bench.running(as: ada)

            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            bench.runtime.beforeStart { _ in throw AtlasError(.unavailable, "No places.") }
            _ = try await bench.labs.start(LabBench.ring, as: ada)
            let refused = try await bench.status(as: ada) { $0.state == .unavailable }
            #expect(refused.reason == "No places.")
            bench.runtime.beforeStart(nil)
            try await bench.running(as: ada)
        }
    }

    @Test func `what a machine lacks makes a lab unavailable, with the reason and the remedy`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            bench.runtime.setMissing(["pair"])
            #expect(await bench.labs.availability(of: LabBench.ring).isAvailable)
            let reason = await bench.labs.availability(of: LabBench.pair).reason
            #expect(reason?.contains("needs pair") == true && reason?.contains("apt-get install pair") == true)
            let status = try await bench.labs.start(LabBench.pair, as: ada)
            #expect(status.state == .unavailable && status.reason == reason)
            #expect(try await bench.labs.runs(as: ada).isEmpty)
            bench.clock.advance(by: .seconds(60))
            bench.runtime.setUnavailable("There is no bubblewrap.")
            #expect(await bench.labs.availability(of: LabBench.ring).reason == "There is no bubblewrap.")
        }
    }

    @Test func `a lab that is stopped while it starts leaves nothing behind`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            let (gate, open) = AsyncStream.makeStream(of: Void.self)
            bench.runtime.beforeStart { _ in for await _ in gate { return } }
            let first = try await bench.labs.start(LabBench.ring, as: ada).state
            #expect(first != .running)
            async let stopped = bench.labs.stop(LabBench.ring, as: ada)
            open.finish()
            let state = try await stopped.state
            #expect(state == .stopped)
            #expect(bench.runtime.boxes.isEmpty)
        }
    }
}
