import AtlasAPI
import AtlasCore
@testable import AtlasLabs
import AtlasPorts
import AtlasTestKit
import Testing

@Suite struct TerminalTests {
    private static let size = LabScreenSize(columns: 100, rows: 30)

    @Test func `several look at one terminal, come back without losing anything, and it lives on without them`()
        async throws
    {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let terminal = try #require(try bench.box().terminals.first)
            let one = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            let two = try await bench.labs.attach(LabBench.ring, size: Self.size, from: 0, as: ada)
            #expect(one.offset == 0 && one.head == 0 && one.missed == 0 && one.run == two.run)
            #expect(terminal.size == LabTerminalSize(columns: 100, rows: 30))
            try await one.write(Array("hello".utf8))
            for view in [one, two] { #expect(await view.next() == LabOutput(offset: 0, bytes: Array("hello".utf8))) }
            one.leave()
            two.leave()
            #expect(await one.next() == nil)
            await terminal.print(Array(" world".utf8))
            let again = try await bench.labs.attach(LabBench.ring, size: Self.size, from: 5, as: ada)
            var seen: [UInt8] = []
            while seen.count < 6, let output = await again.next() { seen += output.bytes }
            #expect(String(decoding: seen, as: UTF8.self) == " world")
            // More than there is, as after a new box: from the oldest.
            let lost = try await bench.labs.attach(LabBench.ring, size: Self.size, from: 1_000, as: ada)
            #expect(lost.offset == 0 && lost.missed == 0)
        }
    }

    @Test func `a flood waits for its viewer, who gets a window at a time`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let terminal = try #require(try bench.box().terminals.first)
            let view = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            let total = 4 << 20
            let flood = Task {
                let piece = [UInt8](repeating: 120, count: 16 * 1_024)
                for _ in 0..<(total / piece.count) { await terminal.print(piece) }
            }
            var taken = 0
            while taken < LabTerminalLimits.unseenBytes, let output = await view.next() { taken += output.bytes.count }
            #expect(taken == LabTerminalLimits.unseenBytes)
            // Nothing was seen, so nothing more is read from the box: only what its own buffers take has left the program.
            #expect(terminal.unread <= LabBoxLimits.outputBytes + 16 * 1_024)
            while taken < total {
                view.seen(taken)
                guard let output = await view.next() else { break }
                #expect(output.offset == taken)
                taken += output.bytes.count
            }
            #expect(taken == total)
            await flood.value
        }
    }

    @Test func `who is alone misses nothing, however late the first piece is taken`() async throws {
        #expect(LabTerminalLimits.keptBytes >= LabTerminalLimits.unseenBytes + LabBoxLimits.frameBytes)
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let terminal = try #require(try bench.box().terminals.first)
            let view = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            let piece = [UInt8](repeating: 120, count: LabBoxLimits.frameBytes - 1)
            let flood = Task { for _ in 0..<32 { await terminal.print(piece) } }
            // When the box's buffers are full, the window is as well.
            while terminal.unread < LabBoxLimits.outputBytes { await Task.yield() }
            var taken = 0
            while taken < 32 * piece.count, let output = await view.next() {
                #expect(output.offset == taken)
                taken += output.bytes.count
                view.seen(taken)
            }
            #expect(taken == 32 * piece.count)
            await flood.value
        }
    }

    @Test func `who is slower than others misses what is no longer kept, and is told so by the offset`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let terminal = try #require(try bench.box().terminals.first)
            let fast = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            let slow = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            let total = 3 * LabTerminalLimits.keptBytes
            let flood = Task {
                for _ in 0..<(total / 1_024) { await terminal.print([UInt8](repeating: 120, count: 1_024)) }
            }
            var taken = 0
            while taken < total, let output = await fast.next() {
                taken = output.offset + output.bytes.count
                fast.seen(taken)
            }
            let output = await slow.next()
            #expect(output?.offset == total - LabTerminalLimits.keptBytes)
            let late = try await bench.labs.attach(LabBench.ring, size: Self.size, from: 10, as: ada)
            #expect(late.offset == total - LabTerminalLimits.keptBytes && late.missed == late.offset - 10)
            #expect(late.head == total)
            await flood.value
        }
    }

    @Test func `a shell that ends is told, and the next viewer gets a new one`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let view = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            let terminal = try #require(try bench.box().terminals.first)
            await terminal.print([1])
            terminal.end()
            #expect(await view.next() == LabOutput(offset: 0, bytes: [1]))
            #expect(await view.next() == nil)
            #expect(await code { try await view.write([65]) } == .conflict)
            let new = try await bench.labs.attach(LabBench.ring, size: Self.size, from: 1, as: ada)
            #expect(new.run != view.run && new.offset == 0)
            #expect(try bench.box().terminals.count == 2)
            try await new.write([66])
            #expect(await new.next()?.bytes == [66])
            #expect(try await bench.labs.run(of: LabBench.ring, as: ada)?.state == .running)
            // The lab's end is the terminal's.
            async let last = new.next()
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            let end = await last
            #expect(end == nil)
        }
    }

    @Test func `what is typed is bounded, and so are the viewers`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            try await Self.fill(bench, ada)
        }
    }

    /// A function of its own: as a closure, Swift 6.3.1's compiler does not survive it.
    private static func fill(_ bench: LabBench, _ ada: Caller) async throws {
        let view = try await bench.labs.attach(LabBench.ring, size: size, from: nil, as: ada)
        let much = [UInt8](repeating: 65, count: LabTerminalLimits.inputBytes + 1)
        #expect(await code { try await view.write(much) } == .invalid)
        for _ in 1..<LabTerminalLimits.viewers { try await attach(bench, ada) }
        #expect(await code { try await attach(bench, ada) } == .tooMany)
        view.leave()
        try await attach(bench, ada)
    }

    private static func attach(_ bench: LabBench, _ ada: Caller) async throws {
        _ = try await bench.labs.attach(LabBench.ring, size: size, from: nil, as: ada)
    }

    @Test func `a run is recorded up to a limit, and kept with the attempt made in it`() async throws {
        try await LabBench.run { bench in
            let ada = bench.person("ada")
            try await bench.running(as: ada)
            let terminal = try #require(try bench.box().terminals.first)
            let view = try await bench.labs.attach(LabBench.ring, size: Self.size, from: nil, as: ada)
            var offset = 0
            for text in ["one", "two"] {
                bench.clock.advance(by: .seconds(2))
                await terminal.print(Array(text.utf8))
                while let output = await view.next() {
                    offset = output.offset + output.bytes.count
                    if offset % 3 == 0 { break }
                }
                view.seen(offset)
            }
            _ = try await bench.labs.check(LabBench.ring, as: ada)
            let live = try await bench.labs.recording(of: LabBench.ring, attempt: 1, as: ada)
            #expect(live.frames.map(\.atMilliseconds) == [2_000, 4_000])
            #expect(live.frames.flatMap(\.bytes) == Array("onetwo".utf8) && !live.isTruncated)
            _ = try await bench.labs.stop(LabBench.ring, as: ada)
            #expect(try await bench.labs.recording(of: LabBench.ring, attempt: 1, as: ada) == live)
            #expect(try await bench.labs.recording(of: LabBench.ring, attempt: nil, as: ada) == live)
            #expect(
                await code { _ = try await bench.labs.recording(of: LabBench.ring, attempt: 2, as: ada) } == .notFound
            )
        }
    }

    @Test func `a recording stops at its limit`() {
        var recorder = Recorder(size: Self.size, startedAt: Timestamp(milliseconds: 0))
        for second in 0..<200 {
            recorder.append(
                [UInt8](repeating: 1, count: 10_000),
                at: Timestamp(milliseconds: Int64(second) * 1_000)
            )
        }
        let recording = recorder.recording
        #expect(
            recording.isTruncated && recording.frames.map(\.bytes.count).reduce(0, +) == LabTerminalLimits.recordedBytes
        )
    }

    @Test func `a program that prints a byte now and then does not make one frame ever longer`() {
        var recorder = Recorder(size: Self.size, startedAt: Timestamp(milliseconds: 0))
        for number in 0..<LabServiceLimits.recordedFrames + 1_000 {
            recorder.append([1], at: Timestamp(milliseconds: Int64(number) * 100))
        }
        let recording = recorder.recording
        #expect(recording.isTruncated && recording.frames.count == LabServiceLimits.recordedFrames)
        #expect(recording.frames.allSatisfy { $0.bytes.count == 1 })
    }

    @Test func `the ring keeps the newest bytes`() {
        var ring = OutputRing()
        var all: [UInt8] = []
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 0...9_000)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            ring.append(bytes)
            all += bytes
            #expect(ring.head == all.count && ring.start == max(0, all.count - LabTerminalLimits.keptBytes))
            let count = Int.random(in: 0...(ring.head - ring.start))
            let from = ring.start + Int.random(in: 0...(ring.head - ring.start - count))
            #expect(ring.bytes(from: from, count: count) == Array(all[from..<from + count]))
        }
    }
}
