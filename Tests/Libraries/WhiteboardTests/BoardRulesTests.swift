import Testing

@testable import Whiteboard

@Suite struct BoardRulesTests {
    @Test func `two people who change different fields both keep their work`() throws {
        var test = TestBoard()
        try test.push("[\(note("n", "old"))]")
        try test.push(#"[["set","n",{"text":"new"}]]"#, from: "a")
        try test.push(#"[["set","n",{"pos":[5,7.1]}]]"#, from: "b")
        let record = try #require(test.board.records["n"])
        #expect(record.text(.text) == "new")
        #expect(record.pair(.pos)?.x == 5 && record.pair(.pos)?.y == 7)
        #expect(record.changed == 3)
    }

    @Test func `the last write to a field wins, and null takes an optional one away`() throws {
        var test = TestBoard()
        try test.push("[\(note("n"))]")
        try test.push(#"[["set","n",{"colour":"red"}]]"#, from: "a")
        try test.push(#"[["set","n",{"colour":"blue"}]]"#, from: "b")
        #expect(test.board.records["n"]?.text(.colour) == "blue")
        try test.push(#"[["set","n",{"colour":null}]]"#, from: "a")
        #expect(test.board.records["n"]?[.colour] == nil)
    }

    @Test func `deleting wins over setting, and putting brings back`() throws {
        var test = TestBoard()
        try test.push("[\(note("n"))]")
        try test.push(#"[["del","n"]]"#, from: "a")
        let dropped = try test.push(#"[["set","n",{"text":"late"}],["del","n"]]"#, from: "b")
        #expect(dropped.event?.operations == [])
        #expect(dropped.refusal == nil)
        #expect(test.board.records.isEmpty)
        try test.push("[\(note("n", "again"))]", from: "a")
        #expect(test.board.records["n"]?.text(.text) == "again")
        #expect(test.welcome(seq: 2).deleted == [])
    }

    @Test func `points are added once, where they belong`() throws {
        var test = TestBoard()
        try test.push(#"[["put","s",{"type":"freehand","pos":[0,0],"z":"V","pts":""}]]"#)
        try test.push(#"[["app","s",0,[4,8,100,6,9,110]]]"#)
        #expect(try test.push(#"[["app","s",0,[4,8,100,6,9,110]]]"#).event?.operations == [])
        #expect(try test.push(#"[["app","s",3,[1,1,1]]]"#).event?.operations == [])
        try test.push(#"[["app","s",2,[-9,7,0]]]"#)
        let points = try #require(test.board.records["s"]?.points.all)
        #expect(
            points.map(\.x) == [4, 6, -9] && points.map(\.y) == [8, 9, 7] && points.map(\.pressure) == [100, 110, 0]
        )
    }

    @Test func `a push is counted once, and none may be left out`() throws {
        var test = TestBoard()
        #expect(try test.push("[]", client: "a", number: 2) == .gap(expected: 1))
        #expect(try test.push("[\(note("n"))]", client: "a", number: 1).event?.seq == 1)
        #expect(try test.push("[\(note("m"))]", client: "a", number: 1) == .duplicate)
        #expect(try test.push("[]", client: "a", number: 3) == .gap(expected: 2))
        #expect(test.board.records.count == 1)
        #expect(test.welcome(seq: 0, client: "a").acknowledged == 1)
    }

    @Test func `nobody pushes in the name of somebody else's session`() throws {
        var test = TestBoard()
        try test.push("[\(note("n"))]")
        let foreign = try test.push(#"[["del","n"]]"#, client: "a", number: 2, user: "eve")
        #expect(foreign.refusal?.code == .invalid)
        #expect(foreign.event == nil)
        #expect(test.board.records.count == 1)
        #expect(try test.push("[]", client: "a", number: 2).event?.seq == 2)
    }

    @Test func `the server says who put a record there`() throws {
        var test = TestBoard()
        let put = #"["put","n",{"type":"note","text":"","pos":[0,0],"size":[1,1],"z":"V","author":"eve"}]"#
        try test.push("[\(put)]")
        #expect(test.board.records["n"]?.text(.author) == "ann")
        #expect(try test.push(#"[["set","n",{"author":"eve"}]]"#).refusal != nil)
    }

    @Test func `a refused push uses up its number and changes nothing`() throws {
        var test = TestBoard()
        try test.push("[\(note("n", "old"))]")
        let refused = try test.push(#"[["set","n",{"text":"new"}],["set","n",{"z":"no place"}]]"#)
        #expect(refused.refusal?.message.contains("fractional index") == true)
        #expect(refused.event?.operations == [])
        #expect(test.board.records["n"]?.text(.text) == "old")
        #expect(test.board.seq == 2)
        #expect(try test.push("[]", client: "a", number: 3).event?.seq == 3)
    }

    @Test func `a push that breaks a rule of the shape leaves no part of itself`() throws {
        var test = TestBoard()
        try test.push("[\(note("n", "old"))]")
        let refused = try test.push(#"[["set","n",{"text":"new"}],\#(note("m")),["set","n",{"kind":"cache"}]]"#)
        #expect(refused.refusal?.message == "“kind” of note n cannot be set.")
        #expect(test.board.records.count == 1 && test.board.records["n"]?.text(.text) == "old")
        #expect(try test.push(#"[["set","n",{"text":null}]]"#).refusal?.message == "A note needs “text”.")
    }

    @Test(
        arguments: [
            (#"["put","n",{"type":"car"}]"#, "“type”"), (#"["put","n",{"type":"note","text":""}]"#, "needs “pos”"),
            (#"["put","bad id",{}]"#, "“id”"), (#"["move","n"]"#, "no operation"), (#"["del"]"#, "an array"),
            (#"["put","n",{"type":"node","kind":"blimp"}]"#, "one of client"), (#"["set","n",{}]"#, "object of fields"),
            (#"["set","n",{"pos":[1]}]"#, "two numbers"), (#"["set","n",{"pos":[1e7,0]}]"#, "up to 1000000"),
            (#"["set","n",{"size":[-1,0]}]"#, "from 0"), (#"["set","n",{"colour":"red;}"}]"#, "one of ink"),
            (#"["set","n",{"ref":"https://example.com/a.png"}]"#, "path on this server"),
            (#"["set","n",{"ref":"//example.com/a.png"}]"#, "path on this server"),
            (#"["set","n",{"ref":"/a/../b"}]"#, "path on this server"),
            (#"["set","n",{"ref":"javascript:alert(1)"}]"#, "path on this server"),
            (#"["app","s",-1,""]"#, "offset"), (#"["app","s",0,"AAA"]"#, "packed"), (#"["app","s",0,[1,2]]"#, "packed"),
            (#"["app","s",0,7]"#, "packed"), (#"["set","n",{"angle":361}]"#, "from -360"),
        ]
    )
    func `what is malformed is refused with its reason`(operation: String, reason: String) throws {
        var test = TestBoard()
        let refusal = try test.push("[\(operation)]").refusal
        #expect(refusal?.message.contains(reason) == true, "\(refusal?.message ?? "not refused")")
    }

    @Test func `references within this server are taken`() throws {
        var test = TestBoard()
        for (index, reference) in ["blob:01hX_-", "/images/a-1.png"].enumerated() {
            let put = #"["put","i\#(index)",{"type":"image","ref":"\#(reference)","pos":[0,0],"size":[9,9],"z":"V"}]"#
            #expect(try test.push("[\(put)]").refusal == nil)
        }
    }

    @Test func `messages that cannot be read at all are refused before the board`() {
        #expect(throws: BoardRefusal.self) { try BoardPush(json: Array("{".utf8)) }
        #expect(throws: BoardRefusal.self) { try BoardPush(json: Array(#"{"c":"a","n":0,"ops":[]}"#.utf8)) }
        #expect(throws: BoardRefusal.self) { try BoardPush(json: Array(#"{"c":"","n":1,"ops":[]}"#.utf8)) }
        #expect(throws: BoardRefusal.self) { try BoardHello(json: Array(#"{"c":5}"#.utf8)) }
        let deep = String(repeating: "[", count: 60_000)
        #expect(throws: BoardRefusal.self) { try BoardPush(json: Array(deep.utf8)) }
        let large = [UInt8](repeating: 32, count: BoardLimits.pushBytes + 1)
        #expect { try BoardPush(json: large) } throws: { ($0 as? BoardRefusal)?.code == .tooLarge }
    }
}
