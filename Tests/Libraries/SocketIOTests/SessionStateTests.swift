import SocketIO
import Testing

private final class Member: Sendable, Identifiable {
    let id: String
    init(_ id: String) { self.id = id }
}

@Suite struct AdapterTests {
    private func ids(_ adapter: Adapter<Member>, _ rooms: Set<String>, except: Set<String> = []) -> [String] {
        adapter.members(RoomSelection(rooms: rooms, except: except)).map(\.id).sorted()
    }

    @Test func `rooms choose members, each once`() {
        var adapter = Adapter<Member>()
        for (lane, id) in ["a", "b", "c"].enumerated() { adapter.add(Member(id), lane: lane % 2) }
        for id in ["a", "b"] { #expect(adapter.join(id, "r") == true) }
        #expect(adapter.join("b", "s") == true)
        #expect(adapter.join("b", "s") == true)
        #expect(ids(adapter, []) == ["a", "b", "c"])
        #expect(ids(adapter, ["r"]) == ["a", "b"])
        #expect(ids(adapter, ["r", "s", "b", "c"]) == ["a", "b", "c"])
        #expect(ids(adapter, ["r"], except: ["s"]) == ["a"])
        #expect(ids(adapter, [], except: ["a", "s"]) == ["c"])
        #expect(ids(adapter, ["none"]) == [])
        #expect(adapter.rooms(of: "b") == ["r", "s"])
        adapter.leave("b", "s")
        adapter.leave("b", "s")
        #expect(adapter.roomCount == 1)
        #expect(adapter.remove("a") == ["r"])
        #expect(adapter.remove("a") == nil)
        #expect(adapter.join("a", "r") == false)
        #expect(ids(adapter, ["r"]) == ["b"])
    }

    @Test func `a member may be in so many rooms`() {
        var adapter = Adapter<Member>()
        adapter.add(Member("a"), lane: 0)
        #expect(adapter.join("a", "1", limit: 2) == true)
        #expect(adapter.join("a", "2", limit: 2) == true)
        #expect(adapter.join("a", "3", limit: 2) == false)
        #expect(adapter.join("a", "2", limit: 2) == true)
    }

    @Test func `receivers are as they were when they were chosen`() {
        var adapter = Adapter<Member>()
        adapter.add(Member("a"), lane: 1)
        adapter.join("a", "r")
        let receivers = adapter.receivers(RoomSelection(rooms: ["r"]))
        adapter.remove("a")
        #expect(receivers.members(lane: 1).map(\.id) == ["a"])
        #expect(receivers.mayInclude(lane: 1))
        #expect(!receivers.mayInclude(lane: 0))
        #expect(!receivers.mayInclude(lane: 7))
        #expect(receivers.members(lane: 7).isEmpty)
    }

    @Test(arguments: fuzzSeeds)
    func `it agrees with sets`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var adapter = Adapter<Member>()
        var model: [String: Set<String>] = [:]
        let names = (0..<12).map { "m\($0)" }
        let rooms = (0..<4).map { "r\($0)" }
        for _ in 0..<3_000 {
            let id = names.randomElement(using: &generator) ?? ""
            let room = rooms.randomElement(using: &generator) ?? ""
            switch Int.random(in: 0..<5, using: &generator) {
            case 0:
                adapter.add(Member(id), lane: Int.random(in: 0..<3, using: &generator))
                model[id] = []
            case 1: #expect(adapter.remove(id) == model.removeValue(forKey: id))
            case 2, 3:
                #expect(adapter.join(id, room) == (model[id] != nil))
                model[id]?.insert(room)
            default:
                adapter.leave(id, room)
                model[id]?.remove(room)
            }
            let chosen = Set(rooms.filter { _ in Bool.random(using: &generator) })
            let except = Set(rooms.filter { _ in Int.random(in: 0..<4, using: &generator) == 0 })
            let expected = model.filter { _, joined in
                (chosen.isEmpty || !joined.isDisjoint(with: chosen)) && joined.isDisjoint(with: except)
            }
            #expect(ids(adapter, chosen, except: except) == expected.keys.sorted())
            #expect(adapter.count == model.count)
            #expect(adapter.roomCount == Set(model.values.joined()).count)
        }
    }
}

@Suite struct RecoveryLogTests {
    private typealias Log = RecoveryLog<Int>

    private func message(_ text: String) -> EngineMessage { EngineMessage(text: utf8(text)) }

    private func missed(_ result: (session: Log.Session, missed: [EngineMessage])?) -> [String]? {
        result?.missed.map { text($0.text ?? []) }
    }

    private func log() -> Log { Log(packetLimit: 4, byteLimit: 100, timeLimit: 1_000) }

    private let everyone = RoomSelection()

    @Test func `what was missed comes once and in order, and only what was meant for the session`() {
        var log = log()
        log.append(message("before"), for: everyone, now: 0)
        log.keep(.init(id: "s", rooms: ["r"], data: 7, start: log.newest), recoveryID: "p", now: 0)
        log.append(message("room"), for: RoomSelection(rooms: ["r"]), now: 1)
        log.append(message("other"), for: RoomSelection(rooms: ["q"]), now: 1)
        log.append(message("own"), for: RoomSelection(rooms: ["s"], except: []), now: 1)
        log.append(message("without"), for: RoomSelection(rooms: [], except: ["r"]), now: 1)
        let result = log.recover("p", offset: nil, now: 2)
        #expect(result?.session.data == 7)
        #expect(missed(result) == ["room", "own"])
        #expect(log.recover("p", offset: nil, now: 2) == nil)
    }

    @Test func `the client's position decides`() {
        var log = log()
        for text in ["1", "2", "3"] { log.append(message(text), for: everyone, now: 0) }
        log.keep(.init(id: "s", rooms: [], data: 0, start: 0), recoveryID: "p", now: 0)
        #expect(missed(log.recover("p", offset: Log.offset(2), now: 0)) == ["3"])
        for offset in ["", "-1", "zzzzzzzzzzzzzz", "9", "?", "9999999999999999999"] {
            log.keep(.init(id: "s", rooms: [], data: 0, start: 0), recoveryID: "p", now: 0)
            #expect(log.recover("p", offset: offset, now: 0) == nil, "\(offset)")
        }
    }

    @Test func `too many packets, bytes or milliseconds end the chance`() {
        var many = log()
        many.keep(.init(id: "s", rooms: [], data: 0, start: 0), recoveryID: "p", now: 0)
        for _ in 0..<5 { many.append(message("x"), for: everyone, now: 0) }
        #expect(many.size.packets == 4)
        #expect(many.recover("p", offset: nil, now: 0) == nil)
        var large = log()
        for _ in 0..<3 { large.append(message(String(repeating: "x", count: 45)), for: everyone, now: 0) }
        #expect(large.size.packets == 2)
        #expect(large.size.bytes == 92)
        var old = log()
        old.append(message("x"), for: everyone, now: 0)
        old.append(message("y"), for: everyone, now: 1_001)
        #expect(old.size.packets == 1)
        var late = log()
        late.keep(.init(id: "s", rooms: [], data: 0, start: 0), recoveryID: "p", now: 0)
        #expect(late.recover("p", offset: nil, now: 1_001) == nil)
    }

    @Test func `sessions are forgotten in time, and there are only so many`() {
        var log = log()
        for number in 0..<10 {
            log.keep(.init(id: "s", rooms: [], data: 0, start: 0), recoveryID: "p\(number)", now: UInt64(number))
        }
        #expect(log.sessionCount <= 5)
        log.keep(.init(id: "s", rooms: [], data: 0, start: 0), recoveryID: "late", now: 5_000)
        #expect(log.sessionCount == 1)
    }

    @Test func `sessions with many rooms are forgotten earlier`() {
        var log = RecoveryLog<Int>(packetLimit: 100, byteLimit: 200_000, timeLimit: 1_000)
        let rooms = Set((0..<1_000).map { "room \($0)" })
        for number in 0..<20 {
            log.keep(.init(id: "s", rooms: rooms, data: number, start: 0), recoveryID: "p\(number)", now: 0)
        }
        #expect(log.sessionCount == 2)
        #expect(log.recover("p17", offset: nil, now: 0) == nil)
        #expect(log.recover("p19", offset: nil, now: 0)?.session.data == 19)
        for number in 0..<50 {
            log.keep(.init(id: "s", rooms: [], data: number, start: 0), recoveryID: "q\(number)", now: 0)
        }
        #expect(log.sessionCount == 51)
    }

    @Test func `a long life keeps the log small`() {
        var log = log()
        for number in 0..<10_000 { log.append(message("\(number)"), for: everyone, now: UInt64(number)) }
        #expect(log.size.packets == 4)
        log.keep(.init(id: "s", rooms: [], data: 0, start: log.newest), recoveryID: "p", now: 10_000)
        log.append(message("last"), for: everyone, now: 10_000)
        #expect(missed(log.recover("p", offset: nil, now: 10_000)) == ["last"])
    }
}

@Suite struct TimerWheelTests {
    @Test(arguments: fuzzSeeds)
    func `every deadline comes once, not early, and at most one resolution late`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var wheel = TimerWheel<Int>(now: 12_345)
        var (deadlines, now): ([Int: UInt64], UInt64) = ([:], 12_345)
        for number in 0..<5_000 {
            let deadline = now + UInt64.random(in: 0...15_000, using: &generator)
            deadlines[number] = deadline
            wheel.schedule(number, at: deadline)
            now += UInt64.random(in: 0...40, using: &generator)
            for due in wheel.advance(now: now) {
                let deadline = deadlines.removeValue(forKey: due)
                #expect((deadline ?? .max) <= now)
            }
            #expect(deadlines.values.allSatisfy { $0 + TimerWheel<Int>.resolution > now })
            #expect(wheel.count == deadlines.count)
            #expect((wheel.nextDeadline() == nil) == deadlines.isEmpty)
        }
    }

    @Test func `a deadline beyond reach comes early, to be set anew`() {
        var wheel = TimerWheel<String>(now: 0)
        let moment = wheel.schedule("far", at: .max)
        #expect(wheel.nextDeadline() == moment)
        #expect(wheel.advance(now: moment - 1).isEmpty)
        #expect(wheel.advance(now: moment) == ["far"])
    }

    @Test func `a long sleep loses nothing`() {
        var wheel = TimerWheel<Int>(now: 0)
        for number in 0..<100 { wheel.schedule(number, at: UInt64(number * 200)) }
        #expect(Set(wheel.advance(now: 1_000_000)) == Set(0..<100))
        #expect(wheel.nextDeadline() == nil)
    }
}

@Suite struct PendingAcknowledgementsTests {
    @Test func `each is answered once, in time, or when the socket goes`() {
        var pending = PendingAcknowledgements<String>(limit: 3)
        #expect(pending.add("a", deadline: 30) == 0)
        #expect(pending.add("b", deadline: 10) == 1)
        #expect(pending.add("c", deadline: 20) == 2)
        #expect(pending.add("d", deadline: 5) == nil)
        #expect(pending.deadline == 10)
        #expect(pending.answered(0) == "a")
        #expect(pending.answered(0) == nil)
        #expect(pending.answered(99) == nil)
        #expect(pending.expire(now: 9) == [])
        #expect(pending.expire(now: 10) == ["b"])
        #expect(pending.deadline == 20)
        #expect(pending.removeAll() == ["c"])
        #expect(pending.deadline == .max)
        #expect(pending.add("e", deadline: 40) == 3)
    }
}

@Suite struct TokenBucketTests {
    @Test func `a burst passes, then the rate, and the wait is told`() {
        var bucket = TokenBucket(perSecond: 10, burst: 3, now: 0)
        for _ in 0..<3 { #expect(bucket.take(now: 0) == nil) }
        #expect(bucket.take(now: 0) == 100)
        #expect(bucket.take(now: 50) == 50)
        #expect(bucket.take(now: 100) == nil)
        #expect(bucket.take(now: 90) == 100)
        for _ in 0..<3 { #expect(bucket.take(now: 100_000) == nil) }
        #expect(bucket.take(now: 100_000) != nil)
    }
}

@Suite struct ClusterMessageTests {
    private let messages: [ClusterMessage] = [
        .event(name: "é", arguments: [.null, .string("x")], attachments: [[1], []], isVolatile: false),
        .event(name: "", arguments: [], attachments: [], isVolatile: true), .join(["a", "b"]), .leave([]),
        .disconnect(close: true), .disconnect(close: false),
    ]
    .map {
        ClusterMessage(
            sender: "me",
            namespace: "/x",
            selection: RoomSelection(rooms: ["r", "s"], except: ["t"]),
            content: $0
        )
    }

    @Test func `a message is read as it was written`() {
        for message in messages { #expect(ClusterMessage(message.encoded()) == message) }
    }

    @Test(arguments: fuzzSeeds)
    func `broken bytes are no message, and never trap`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for message in messages {
            let bytes = message.encoded()
            for end in 0..<bytes.count { #expect(ClusterMessage(Array(bytes[..<end])) == nil) }
            #expect(ClusterMessage(bytes + [0]) == nil)
            for _ in 0..<2_000 {
                var broken = bytes
                broken[Int.random(in: 0..<broken.count, using: &generator)] = .random(in: 0...255, using: &generator)
                _ = ClusterMessage(broken)
            }
        }
    }
}
