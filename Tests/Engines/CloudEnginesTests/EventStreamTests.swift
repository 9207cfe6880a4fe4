import AtlasPorts
import AtlasTestKit
@testable import CloudEngines
import Testing

@Suite struct EventStreamTests {
    private static let example = """
        \u{FEFF}event: message_start
        data: {"type":"message_start"}

        : a comment
        data: one
        data:two
        data
        id: 7

        event: alone

        event:  spaced\r
        data:  kept\r
        \r
        data: zwölf — 𝄞

        data: not ended
        """

    private static let events = [
        EventStreamParser.Event(name: "message_start", data: Array("{\"type\":\"message_start\"}".utf8)),
        EventStreamParser.Event(name: "", data: Array("one\ntwo\n".utf8)),
        EventStreamParser.Event(name: " spaced", data: Array(" kept".utf8)),
        EventStreamParser.Event(name: "", data: Array("zwölf — 𝄞".utf8)),
    ]

    private static func parse(_ pieces: [ArraySlice<UInt8>]) throws -> [EventStreamParser.Event] {
        var parser = EventStreamParser()
        var events: [EventStreamParser.Event] = []
        for piece in pieces { try parser.take(piece) { events.append($0) } }
        return events
    }

    @Test func `events are the same however their bytes are cut`() throws {
        let bytes = Array(Self.example.utf8)
        var generator = SmallGenerator(1)
        #expect(try Self.parse([bytes[...]]) == Self.events)
        #expect(try Self.parse(bytes.indices.map { bytes[$0...$0] }) == Self.events)
        for _ in 0..<500 {
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(try Self.parse(pieces) == Self.events)
        }
    }

    @Test(arguments: ["\n", "\r\n", "\r"])
    func `every kind of line end is one`(_ end: String) throws {
        let text = ["event: a", "data: 1", "", "data: 2", "", ""].joined(separator: end)
        let events = try Self.parse(Array(text.utf8).map { [$0][...] })
        #expect(events == [.init(name: "a", data: [0x31]), .init(name: "", data: [0x32])])
    }

    @Test func `bytes that are no stream end nothing but the stream`() throws {
        var generator = SmallGenerator(2)
        let bytes = Array(Self.example.utf8)
        for _ in 0..<2_000 {
            var wrong = bytes
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let place = Int.random(in: wrong.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: wrong[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: wrong.remove(at: place)
                default: wrong.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                }
            }
            let events = try Self.parse([wrong[...]])
            #expect(events.allSatisfy { !$0.data.isEmpty })
        }
    }

    @Test func `a stream of the service that is damaged anywhere ends in a clear state`() throws {
        let tool = [
            ClaudeDouble.Step.event(
                "content_block_start",
                "\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{}}"
            ),
            .event(
                "content_block_delta",
                "\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}"
            ),
            .event("content_block_stop", "\"index\":1"),
        ]
        let steps = [ClaudeDouble.start] + ClaudeDouble.words(["One", " two"]) + tool + ClaudeDouble.end()
        let bytes = steps.flatMap { step -> [UInt8] in
            if case .event(let name, let json) = step { Array(ClaudeDouble.event(name, json).utf8) } else { [] }
        }
        var generator = SmallGenerator(3)
        var ended = 0
        for _ in 0..<3_000 {
            var wrong = bytes
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let place = Int.random(in: wrong.indices, using: &generator)
                let length = min(Int.random(in: 1...80, using: &generator), wrong.count - place)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: wrong[place] = UInt8.random(in: 0x20...0x7E, using: &generator)
                case 1: wrong.removeSubrange(place..<place + length)
                default: wrong.insert(contentsOf: wrong[place..<place + length], at: place)
                }
            }
            var parser = EventStreamParser()
            var answer = ClaudeAnswer(records: ["a"], before: ModelUsage())
            var pieces: [ModelEvent] = []
            do { try parser.take(wrong) { pieces += try answer.take($0) } } catch {
                let refusal = try #require(error as? Refusal)
                #expect(refusal.problem != .spent)
            }
            let finishes = pieces.count { if case .finished = $0 { true } else { false } }
            #expect(finishes == (answer.hasEnded ? 1 : 0))
            ended += finishes
        }
        // Some were hardly changed.
        #expect(ended > 300)
    }

    @Test func `lines and events have a limit`() throws {
        let long = Array(repeating: UInt8(ascii: "x"), count: EventStreamParser.limitBytes + 1)
        #expect(throws: EventStreamParser.TooLong.self) { try Self.parse([long[...]]) }
        let line = Array("data: \(String(repeating: "x", count: 1_000))\n".utf8)
        #expect(throws: EventStreamParser.TooLong.self) {
            try Self.parse(Array(repeating: line[...], count: 1_100))
        }
    }
}
