import AtlasAPI
import AtlasCore
@testable import AtlasLabs
import AtlasPorts
import AtlasTestKit
import Synchronization
import Testing

/// What becomes of files when snapshots, starts and what a learner does cross each other.
@Suite struct KeepingTests {
    private static let others = 10_000

    /// Gives everybody else the time to go as far as they can.
    private func letOthersRun() async {
        for _ in 0..<Self.others { await Task.yield() }
    }

    @Test(arguments: ["reset", "stop"])
    func `a snapshot that was slow to be stored does not come back over what was done since`(
        what: String
    ) async throws {
        try await LabBench.run { bench in
            let (ada, gate, isFirst) = (bench.person("ada"), Gate(), OneTime())
            try await bench.running(as: ada)
            try bench.box().change { try $0.set(.text("old"), at: "notes") }
            bench.blobs.beforePut { _ in if isFirst.take() { await gate.pass() } }
            bench.clock.advance(by: .seconds(31))
            async let tick: Void = bench.labs.tick()
            await gate.arrival()
            try bench.box().change { try $0.set(.text("new"), at: "notes") }
            async let done =
                what == "reset"
                ? bench.labs.reset(LabBench.ring, newSeed: false, as: ada) : bench.labs.stop(LabBench.ring, as: ada)
            await letOthersRun()
            gate.open()
            _ = try await (done, tick)
            if what == "reset" { _ = try await bench.labs.stop(LabBench.ring, as: ada) }
            let notes = try? await bench.labs.file("notes", of: LabBench.ring, as: ada).content
            #expect(notes == (what == "reset" ? nil : "new"))
            guard what == "reset" else { return }
            _ = try await bench.labs.restore(LabBench.ring, as: ada)
            #expect(try await bench.labs.file("notes", of: LabBench.ring, as: ada).content == "new")
        }
    }

    @Test func `a file that is saved while the lab starts is there when it runs`() async throws {
        try await LabBench.run { bench in
            let (ada, gate) = (bench.person("ada"), Gate())
            try await bench.running(as: ada)
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            bench.runtime.beforeStart { spec in if spec.id.hasPrefix("lab-") { await gate.pass() } }
            _ = try await bench.labs.start(LabBench.ring, as: ada)
            await gate.arrival()
            async let saved = bench.labs.save("notes", content: "mine", version: nil, in: LabBench.ring, as: ada)
            await letOthersRun()
            gate.open()
            _ = try await saved
            _ = try await bench.status(as: ada) { $0.state == .running }
            #expect(try bench.box().home["notes"] == .text("mine"))
        }
    }

    @Test func `files that are kept anew while they are read are read as they are then`() async throws {
        try await LabBench.run { bench in
            let (ada, isFirst) = (bench.person("ada"), OneTime())
            try await bench.running(as: ada)
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            bench.blobs.beforeGet { _ in
                guard isFirst.take() else { return }
                _ = try await bench.labs.save("notes", content: "mine", version: nil, in: LabBench.ring, as: ada)
            }
            let paths = try await bench.labs.files(of: LabBench.ring, as: ada).map(\.path)
            #expect(paths == ["notes", "ring.py"])
        }
    }

    @Test func `an account that goes while its lab starts leaves no box and no file`() async throws {
        try await LabBench.run { bench in
            let (ada, gate) = (bench.person("ada"), Gate())
            bench.runtime.beforeStart { spec in if spec.id.hasPrefix("lab-") { await gate.pass() } }
            _ = try await bench.labs.start(LabBench.ring, as: ada)
            await gate.arrival()
            async let deleted: Void = bench.labs.delete(of: UserID("ada"))
            await letOthersRun()
            gate.open()
            try await deleted
            #expect(bench.runtime.boxes.isEmpty)
            #expect(try await bench.blobs.keys(under: "labs/ada/", limit: 10).isEmpty)
        }
    }

    @Test func `files that cannot be kept are told of, and not given up for a reset`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            try bench.box().change { try $0.set(.text("mine"), at: "notes") }
            bench.blobs.beforePut { _ in throw AtlasError(.unavailable, "The store is full.") }
            #expect(
                await code { _ = try await bench.labs.reset(LabBench.ring, newSeed: false, as: ada) } == .unavailable
            )
            #expect(try bench.box().home["notes"] == .text("mine"))
            bench.clock.advance(by: .seconds(7_300))
            await bench.labs.tick()
            let over = try #require(try await bench.labs.run(of: LabBench.ring, as: ada))
            #expect(over.state == .stopped && over.reason?.contains("could not be kept") == true)
            #expect(over.reason?.contains("are kept") == false)
        }
    }
}
