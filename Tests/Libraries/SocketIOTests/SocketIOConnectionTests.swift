import SocketIO
import Testing

@Suite struct SocketIOConnectionTests {
    private func connection() -> SocketIOConnection {
        SocketIOConnection(namespaceLimit: 3, connectTimeout: 1_000, now: 0)
    }

    private func send(
        _ packet: String,
        to connection: inout SocketIOConnection,
        now: UInt64 = 0
    ) -> [SocketIOConnection.Action] {
        connection.receive(text: utf8(packet)[...], now: now) { $0 != "/random" }
    }

    private func entered() -> SocketIOConnection {
        var connection = connection()
        #expect(send("0", to: &connection) == [.authorize(namespace: "/", auth: nil)])
        #expect(connection.accept("/") == true)
        return connection
    }

    @Test func `a client is asked for, then its events arrive`() {
        var connection = connection()
        let auth = JSONText(trusted: utf8(#"{"t":1}"#))
        #expect(send(#"0/x,{"t":1}"#, to: &connection) == [.authorize(namespace: "/x", auth: auth)])
        #expect(connection.accept("/x") == true)
        guard case .packet(let packet)? = send(#"2/x,["a"]"#, to: &connection).first else {
            Issue.record("no event")
            return
        }
        #expect(packet.name == "a")
    }

    @Test func `an unknown namespace is refused, the connection stays`() {
        var connection = connection()
        #expect(send("0/random", to: &connection) == [.refuseUnknown(namespace: "/random")])
        #expect(send("0", to: &connection) == [.authorize(namespace: "/", auth: nil)])
    }

    @Test func `a refused client may ask again`() {
        var connection = connection()
        _ = send("0/x", to: &connection)
        #expect(connection.refuse("/x") == true)
        #expect(connection.refuse("/x") == false)
        #expect(send("0/x", to: &connection) == [.authorize(namespace: "/x", auth: nil)])
    }

    @Test(arguments: [
        #"2["a"]"#, "30[]", "1", #"4{"message":"x"}"#, #"51-["a"]"#, "abc", "7", "",
    ])
    func `the first packet is to connect, or the connection ends`(_ packet: String) {
        var connection = connection()
        guard case .violation? = send(packet, to: &connection).first else {
            Issue.record("\(packet) is accepted")
            return
        }
        #expect(send("0", to: &connection) == [])
    }

    @Test func `an event for a namespace that the client is not in ends the connection`() {
        var elsewhere = entered()
        #expect(send(#"2/x,["a"]"#, to: &elsewhere) == [.violation(.unexpectedMessage)])
        var entering = connection()
        _ = send("0", to: &entering)
        #expect(send(#"2["a"]"#, to: &entering) == [.violation(.unexpectedMessage)])
    }

    @Test func `connecting twice ends the connection`() {
        var inside = entered()
        #expect(send("0", to: &inside) == [.violation(.unexpectedMessage)])
        var entering = connection()
        _ = send("0", to: &entering)
        #expect(send("0", to: &entering) == [.violation(.unexpectedMessage)])
    }

    @Test func `leaving one namespace keeps the others`() {
        var connection = entered()
        _ = send("0/x", to: &connection)
        #expect(connection.accept("/x") == true)
        #expect(send("1/x,", to: &connection) == [.left(namespace: "/x")])
        #expect(send(#"2["a"]"#, to: &connection).count == 1)
        #expect(send("0/x", to: &connection) == [.authorize(namespace: "/x", auth: nil)])
    }

    @Test func `leaving while being decided makes the decision void`() {
        var connection = connection()
        _ = send("0", to: &connection)
        #expect(send("1", to: &connection) == [])
        #expect(connection.accept("/") == false)
        #expect(connection.refuse("/") == false)
    }

    @Test func `what was under way to a namespace that the server closed is ignored`() {
        var connection = entered()
        #expect(connection.putOut("/", now: 0) == true)
        #expect(connection.putOut("/", now: 0) == false)
        #expect(send(#"2["late"]"#, to: &connection) == [])
        #expect(send("1", to: &connection) == [])
        #expect(send("0", to: &connection) == [.authorize(namespace: "/", auth: nil)])
    }

    @Test func `a client may be in so many namespaces`() {
        var connection = connection()
        for name in ["/a", "/b", "/c"] { _ = send("0" + name, to: &connection) }
        #expect(send("0/d", to: &connection) == [.violation(.unexpectedMessage)])
    }

    @Test func `a connection that is in no namespace ends in time`() {
        var idle = connection()
        #expect(idle.tick(now: 999) == [])
        #expect(idle.tick(now: 1_000) == [.idle])
        var refused = connection()
        _ = send("0/x", to: &refused)
        _ = refused.refuse("/x")
        #expect(refused.tick(now: 1_000) == [.idle])
        var inside = entered()
        #expect(inside.deadline == .max)
        #expect(inside.tick(now: 100_000) == [])
        _ = send("1", to: &inside, now: 5_000)
        #expect(inside.deadline == 6_000)
        #expect(inside.tick(now: 6_000) == [.idle])
    }

    @Test func `text between a packet and its attachments ends the connection`() {
        var connection = entered()
        #expect(send(#"51-["a"]"#, to: &connection) == [])
        #expect(send(#"2["b"]"#, to: &connection) == [.violation(.unexpectedMessage)])
    }

    @Test(arguments: fuzzSeeds)
    func `whatever a client sends, nothing follows a violation`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let packets = [
            "0", "0/x", #"0{"a":1}"#, "1", "1/x", #"2["a",1]"#, #"21["a"]"#, #"2/x,["a"]"#, "30[]", #"51-["a"]"#,
            #"50-["a"]"#,
            "61-1[]", #"4{"message":"x"}"#, "x",
        ]
        for _ in 0..<2_000 {
            var connection = connection()
            var isOver = false
            for _ in 0..<20 {
                let actions =
                    Int.random(in: 0..<6, using: &generator) == 0
                    ? connection.receive(binary: [1], now: 0)
                    : send(packets.randomElement(using: &generator) ?? "", to: &connection)
                #expect(!isOver || actions.isEmpty)
                for action in actions {
                    switch action {
                    case .authorize(let namespace, _):
                        if Bool.random(using: &generator) { #expect(connection.accept(namespace) == true) }
                    case .violation: isOver = true
                    default: break
                    }
                }
            }
        }
    }
}
