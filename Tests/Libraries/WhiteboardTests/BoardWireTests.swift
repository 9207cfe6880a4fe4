import Diagrams
import Testing

@testable import Whiteboard

@Suite struct BoardWireTests {
    @Test func `the welcome is whole, or what has changed since`() throws {
        var test = TestBoard()
        try test.push("[\(note("a")),\(note("b"))]")
        try test.push(#"[["set","a",{"text":"new"}]]"#)
        try test.push(#"[["del","b"]]"#)
        for hello in [test.welcome(epoch: "", seq: 0), test.welcome(epoch: "other", seq: 3), test.welcome(seq: 4)] {
            #expect(hello.isFull && hello.items.map(\.id) == ["a"] && hello.seq == 3)
        }
        let changes = test.welcome(seq: 2)
        #expect(!changes.isFull && changes.items.isEmpty && changes.deleted == ["b"])
        #expect(test.welcome(seq: 1).items.map(\.id) == ["a"])
    }

    @Test func `a welcome names shapes and fields once`() throws {
        var test = TestBoard()
        try test.push("[\(note("a", "one")),\(note("b", "two"))]")
        let json = String(decoding: test.welcome(seq: 9).json, as: UTF8.self)
        let table =
            #"{"type":"note","fields":["pos","size","z","author","text"],"#
            + #""rows":[["a",[0,0],[100,60],"V",0,"one"],["b",[0,0],[100,60],"V",0,"two"]]}"#
        let start = #"{"epoch":"e1","seq":1,"ackN":0,"full":{"authors":["ann"],"tables":["#
        #expect(json == start + table + "]}}")
    }

    @Test func `many points travel beside the JSON, few in it`() throws {
        var test = TestBoard()
        try test.push(#"[["put","s",{"type":"freehand","pos":[0,0],"z":"V","pts":""}]]"#)
        let few = try #require(try test.push(#"[["app","s",0,[4,8,100]]]"#).event)
        #expect(
            String(decoding: few.message(board: "g"), as: UTF8.self)
                == #"{"groupId":"g","seq":2,"c":"a","n":2,"ops":[["app","s",0,"CBBk"]]}"#
        )
        let run = BoardPoints((0..<100).map { BoardPoints.Point(x: $0 * 3, y: -$0, pressure: 9) })
        let many = try #require(try test.push(#"[["app","s",1,100]]"#, attachment: run.bytes).event)
        let (json, attachment) = BoardEvent.parts(of: many.message(board: "g"))
        let end = #"[["app","s",1,100]],"bin":{"_placeholder":true,"num":0}}"#
        #expect(String(decoding: json, as: UTF8.self).hasSuffix(end))
        #expect(attachment.map(Array.init) == run.bytes)
        #expect(run.bytes.count == 300)
        #expect(test.board.records["s"]?.points.count == 101)
    }

    @Test func `an attachment holds exactly the points that are asked for`() throws {
        var test = TestBoard()
        try test.push(#"[["put","s",{"type":"freehand","pos":[0,0],"z":"V","pts":""}]]"#)
        #expect(try test.push(#"[["app","s",0,1]]"#, attachment: [2, 2]).refusal != nil)
        #expect(try test.push(#"[["app","s",0,1]]"#, attachment: [2, 2, 9, 0]).refusal != nil)
        #expect(try test.push(#"[["app","s",0,1]]"#, attachment: [2, 2, 9]).refusal == nil)
    }

    @Test func `packed points come back as they were, whatever they are`() {
        var random = Generator(state: 7)
        for _ in 0..<200 {
            let points = (0..<Int.random(in: 0...50, using: &random)).map { _ in
                BoardPoints.Point(
                    x: Int32.random(in: -4_000_000...4_000_000, using: &random),
                    y: Int32.random(in: -4_000_000...4_000_000, using: &random),
                    pressure: .random(in: 0...255, using: &random)
                )
            }
            let packed = BoardPoints(points)
            #expect(packed.all == points && packed.count == points.count)
            #expect(Base64.bytes(Base64.text(packed.bytes)) == packed.bytes)
            var rest = packed.bytes[...]
            #expect(BoardPoints.taken(from: &rest) == packed)
            let half = BoardPoints(Array(points.prefix(points.count / 2)))
            var joined = half
            joined.append(BoardPoints(Array(points.dropFirst(half.count))))
            #expect(joined == packed)
        }
    }

    @Test func `random bytes for points or pushes never trap`() throws {
        var random = Generator(state: 9)
        var test = TestBoard()
        try test.push(#"[["put","s",{"type":"freehand","pos":[0,0],"z":"V","pts":""}]]"#)
        let push = Array(#"{"c":"a","n":2,"ops":[["app","s",0,"CBBk"],["set","s",{"pos":[1,2]}],["del","x"]]}"#.utf8)
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...40, using: &random)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try test.push(#"[["app","s",0,2]]"#, client: "z", number: 1, attachment: bytes)
            bytes = push
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            _ = Result { try BoardPush(json: bytes, attachment: bytes) }
            _ = Result { try Board(snapshot: bytes) }
        }
    }

    @Test func `a board comes back from a snapshot and the events after it`() throws {
        var test = TestBoard()
        let stroke = #"["put","s",{"type":"freehand","pos":[0.25,-3],"z":"a1","pts":"CBBk"}]"#
        try test.push(#"[\#(note("a", #"é \u0000\n\""#)),\#(stroke)]"#)
        try test.push(#"[["del","a"],\#(node("b", "B", more: #","angle":-12.5,"colour":"red""#))]"#, from: "b")
        let snapshot = try Board(snapshot: test.board.snapshot)
        #expect(snapshot == test.board)
        let event = try #require(try test.push(#"[["app","s",1,[1,2,3]],["set","b",{"angle":null}]]"#).event)
        var copy = snapshot
        let stored = try BoardEvent(seq: 3, client: "a", number: 2, user: "ann", stored: event.storedOperations)
        #expect(stored == event)
        let isNext = copy.apply(stored)
        #expect(isNext && copy == test.board)
        let isNextAgain = copy.apply(stored)
        #expect(!isNextAgain && copy == test.board)
    }
}

/// Numbers that a seed decides.
///
/// Source: G. Steele and others, "Fast splittable pseudorandom number generators" (SplitMix64).
private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
