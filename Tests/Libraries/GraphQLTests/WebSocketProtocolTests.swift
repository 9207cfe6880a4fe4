import GraphQL
import Testing

@Suite struct WebSocketProtocolTests {
    private func words(_ actions: [WebSocketProtocol.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .send(let bytes): String(decoding: bytes, as: UTF8.self)
            case .initialise: "initialise"
            case .start(let number, let request): "start \(number) \(request.query)"
            case .stop(let number): "stop \(number)"
            case .close(let code, _): "close \(code)"
            }
        }
    }

    private func receive(_ machine: inout WebSocketProtocol, _ text: String) -> [String] {
        words(machine.receive(text: Array(text.utf8)))
    }

    private func ready() -> WebSocketProtocol {
        var machine = WebSocketProtocol()
        _ = machine.receive(text: Array(#"{"type":"connection_init"}"#.utf8))
        _ = machine.accept()
        return machine
    }

    private func subscribe(_ id: String, _ query: String = "{a}") -> String {
        #"{"id":"\#(id)","type":"subscribe","payload":{"query":"\#(query)"}}"#
    }

    @Test func `a socket is initialised once, then operations begin and end`() {
        var machine = WebSocketProtocol()
        #expect(receive(&machine, #"{"type":"connection_init","payload":{"authorization":"x"}}"#) == ["initialise"])
        #expect(words(machine.accept()) == [#"{"type":"connection_ack"}"#])
        #expect(receive(&machine, subscribe("1")) == ["start 1 {a}"])
        #expect(receive(&machine, subscribe("2")) == ["start 2 {a}"])
        #expect(words(machine.finish(1, refusal: nil)) == [#"{"type":"complete","id":"1"}"#])
        #expect(receive(&machine, subscribe("1")) == ["start 3 {a}"])
        #expect(receive(&machine, #"{"type":"complete","id":"2"}"#) == ["stop 2"])
        #expect(receive(&machine, #"{"type":"complete","id":"2"}"#) == [])
        #expect(words(machine.finish(2, refusal: nil)) == [])
        #expect(receive(&machine, #"{"type":"connection_init"}"#) == ["stop 3", "close 4429"])
        #expect(receive(&machine, subscribe("9")) == [])
    }

    @Test func `results carry the id of their operation`() async throws {
        var resolvers = Resolvers<Void>()
        resolvers.query { $0.field("a") { _, _, _ in 1 } }
        let engine = try Engine(sdl: "type Query { a: Int }", resolvers: resolvers)
        var machine = ready()
        _ = receive(&machine, subscribe("x\\\"y"))
        let response = await engine.execute(Request(query: "{a}"), context: ())
        #expect(words(machine.next(1, response)) == [#"{"type":"next","id":"x\"y","payload":{"data":{"a":1}}}"#])
        _ = receive(&machine, subscribe("2", "{b}"))
        let refusal = await engine.execute(Request(query: "{b}"), context: ())
        let error = words(machine.finish(2, refusal: refusal))
        #expect(error.first?.hasPrefix(#"{"type":"error","id":"2","payload":[{"message":"Cannot query field"#) == true)
        #expect(error.first?.hasSuffix("]}") == true)
        #expect(words(machine.next(2, response)) == [])
    }

    @Test func `ping is answered with its payload at any time`() {
        var machine = WebSocketProtocol()
        #expect(receive(&machine, #"{"type":"ping"}"#) == [#"{"type":"pong"}"#])
        #expect(receive(&machine, #"{"type":"ping","payload":{"a":[1]}}"#) == [#"{"type":"pong","payload":{"a":[1]}}"#])
        #expect(receive(&machine, #"{"type":"pong","payload":{}}"#) == [])
        #expect(words(machine.ping()) == [#"{"type":"ping"}"#])
    }

    @Test(arguments: [
        "", "x", "[]", "1", "null", "{}", #"{"type":1}"#, #"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
        #"{"type":"connection_ack"}"#, #"{"type":"next","id":"1"}"#, #"{"type":"subscribe","payload":{"query":"{a}"}}"#,
        #"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#,
        #"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#,
        #"{"type":"subscribe","id":"1"}"#, #"{"type":"subscribe","id":"1","payload":{}}"#,
        #"{"type":"subscribe","id":"1","payload":{"query":""}}"#,
        #"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        #"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
        #"{"type":"subscribe","id":"1","payload":{"query":"{a}","operationName":1}}"#,
        #"{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":"x"}}"#, #"{"type":"complete"}"#,
        #"{"type":"ping","payload":1}"#, #"{"type":"ping","payload":"x"}"#,
    ])
    func `a malformed message closes with 4400`(text: String) {
        var machine = ready()
        #expect(receive(&machine, text) == ["close 4400"])
        #expect(receive(&machine, #"{"type":"ping"}"#) == [])
    }

    @Test func `wrong order, late or refused initialisation, a binary message and a used id have their codes`() {
        var early = WebSocketProtocol()
        #expect(receive(&early, subscribe("1")) == ["close 4401"])
        var late = WebSocketProtocol()
        #expect(words(late.initialisationIsDue()) == ["close 4408"])
        var inTime = ready()
        #expect(words(inTime.initialisationIsDue()) == [])
        var refused = WebSocketProtocol()
        _ = receive(&refused, #"{"type":"connection_init"}"#)
        #expect(words(refused.refuse()) == ["close 4403"])
        #expect(words(refused.accept()) == [])
        var binary = ready()
        #expect(words(binary.receiveBinary()) == ["close 4400"])
        var used = ready()
        _ = receive(&used, subscribe("1"))
        #expect(receive(&used, subscribe("1")) == ["stop 1", "close 4409"])
        var payload = WebSocketProtocol()
        #expect(receive(&payload, #"{"type":"connection_init","payload":1}"#) == ["close 4400"])
    }

    @Test func `operations beyond the limit are refused and the socket stays`() {
        var limits = WebSocketProtocol.Limits()
        limits.operations = 2
        var machine = WebSocketProtocol(limits: limits)
        _ = receive(&machine, #"{"type":"connection_init"}"#)
        _ = machine.accept()
        _ = receive(&machine, subscribe("1"))
        _ = receive(&machine, subscribe("2"))
        #expect(receive(&machine, subscribe("3")).first?.hasPrefix(#"{"type":"error","id":"3","payload":[{"#) == true)
        #expect(receive(&machine, #"{"type":"complete","id":"1"}"#) == ["stop 1"])
        #expect(receive(&machine, subscribe("3")) == ["start 3 {a}"])
    }

    @Test func `no message of any bytes traps, and the books stay balanced`() {
        var state: UInt64 = 11
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let messages = [
            #"{"type":"connection_init","payload":{}}"#, #"{"type":"ping"}"#, subscribe("1"), subscribe("2"),
            #"{"type":"complete","id":"1"}"#, #"{"type":"complete","id":"2"}"#,
        ]
        for _ in 0..<2_000 {
            var machine = next(4) == 0 ? WebSocketProtocol() : ready()
            var running: Set<Int> = []
            for _ in 0..<12 {
                var bytes = Array(messages[next(messages.count)].utf8)
                if next(5) == 0 { bytes[next(bytes.count)] = UInt8(next(256)) }
                for action in machine.receive(text: bytes) {
                    if case .start(let number, _) = action { running.insert(number) }
                    if case .stop(let number) = action { running.remove(number) }
                }
                if next(4) == 0, let number = running.first {
                    _ = machine.finish(number, refusal: nil)
                    running.remove(number)
                }
                for number in running { #expect(machine.isRunning(number)) }
            }
        }
    }
}
