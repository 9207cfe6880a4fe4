import Testing

@testable import Whiteboard

@Suite struct BoardLimitTests {
    @Test func `a push has at most 200 operations`() throws {
        var test = TestBoard()
        let operation = #"["del","n"]"#
        let allowed = "[" + Array(repeating: operation, count: 200).joined(separator: ",") + "]"
        #expect(try test.push(allowed).refusal == nil)
        let more = "[" + Array(repeating: operation, count: 201).joined(separator: ",") + "]"
        #expect(try test.push(more).refusal?.code == .tooLarge)
    }

    @Test func `a stroke has at most 5,000 points`() throws {
        var test = TestBoard()
        try test.push(#"[["put","s",{"type":"freehand","pos":[0,0],"z":"V","pts":""}]]"#)
        let run = "[" + Array(repeating: "1,1,1", count: 2_500).joined(separator: ",") + "]"
        for offset in [0, 2_500] {
            #expect(try test.push(#"[["app","s",\#(offset),\#(run)]]"#).event?.operations.count == 1)
        }
        #expect(try test.push(#"[["app","s",5000,[1,1,1]]]"#).event?.operations == [])
        #expect(test.board.records["s"]?.points.count == 5_000)
    }

    @Test func `a board has at most 20,000 records, also within one push`() throws {
        var test = TestBoard()
        try test.push("[\(note("n0"))]")
        let record = try #require(test.board.records["n0"])
        let puts = (1..<BoardLimits.records).map { BoardOperation.put("n\($0)", record) }
        var draft = BoardDraft(on: test.board)
        let filling = BoardPush(client: "filler", number: 1, contents: .success(puts))
        #expect(draft.add(filling, by: "ann", on: test.board).refusal == nil)
        let isNext = test.board.apply(try #require(draft.events.first))
        #expect(isNext)
        #expect(try test.push("[\(note("more"))]").refusal?.code == .tooLarge)
        #expect(try test.push(#"[["del","n0"],\#(note("more"))]"#).refusal == nil)
        #expect(try test.push(#"[["del","n1"],\#(note("a")),\#(note("b"))]"#).refusal?.code == .tooLarge)
        #expect(test.board.records.count == BoardLimits.records)
        #expect(test.board.records["n1"] != nil)
    }

    @Test func `a board that is full takes what makes it smaller`() throws {
        var test = TestBoard()
        let text = String(repeating: "x", count: 8_000)
        var count = 0
        while try test.push("[\((0..<7).map { note("n\(count)-\($0)", text) }.joined(separator: ","))]").refusal == nil
        {
            count += 1
        }
        #expect(test.board.weight <= BoardLimits.weight && count > 60)
        #expect(try test.push(#"[["set","n0-0",{"text":"short"}]]"#).refusal == nil)
        #expect(test.board.weight == test.board.records.values.reduce(0) { $0 + $1.weight })
    }

    @Test func `who was away for longer than deletions are remembered gets the whole board`() throws {
        var test = TestBoard(rememberedDeletions: 3)
        try test.push("[\((0..<6).map { note("n\($0)") }.joined(separator: ","))]")
        for number in 0..<4 { try test.push(#"[["del","n\#(number)"]]"#) }
        #expect(test.welcome(seq: 1).isFull)
        let changes = test.welcome(seq: 2)
        #expect(!changes.isFull && changes.items.isEmpty)
        #expect(changes.deleted == ["n1", "n2", "n3"])
        #expect(test.welcome(seq: 5).deleted == [])
    }

    @Test func `a record that comes and goes does not fill the list of deletions`() throws {
        var test = TestBoard(rememberedDeletions: 3)
        try test.push("[\(note("kept"))]")
        for _ in 0..<20 {
            try test.push("[\(note("n"))]")
            try test.push(#"[["del","n"]]"#)
        }
        #expect(!test.welcome(seq: 1).isFull)
        #expect(test.welcome(seq: 1).deleted == ["n"])
    }

    @Test func `sessions that pushed long ago are forgotten`() throws {
        var test = TestBoard()
        for number in 0...BoardLimits.clients { try test.push("[]", from: "c\(number)") }
        #expect(test.welcome(seq: 0, client: "c0").acknowledged == 0)
        #expect(test.welcome(seq: 0, client: "c1").acknowledged == 1)
        #expect(test.board.clients.count == BoardLimits.clients)
    }
}
