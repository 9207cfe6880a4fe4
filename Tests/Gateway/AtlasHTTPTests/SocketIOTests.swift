import AtlasHTTP
import SocketIO
import Testing

/// The server's programming interface; what clients see of the protocols is asked by `Tests/Realtime`.
@Suite(.timeLimit(.minutes(5))) struct SocketIOTests {
    // MARK: Handlers

    @Test func `events are handled in the order in which they came, however long one takes`() async throws {
        let gate = Gate()
        let journal = Journal()
        var rules = SocketNamespaceRules("/")
        rules.onAsync("slow") { _, event in
            journal.note("slow begins")
            await gate.wait()
            journal.note("slow ends")
            event.acknowledgement?(.string("done"))
        }
        rules.on("quick") { _, event in journal.note("quick \(event[0]?.integer ?? -1)") }
        rules.onOther { _, event in journal.note(event.name) }
        rules.onDisconnect = { _, reason in journal.note(reason.rawValue) }
        try await TestServer.run(socketIO: [rules]) { server, _ in
            let (client, _) = try await SocketIOClient.enter(server)
            try await client.send(#"21["slow"]"#)
            for number in 0..<200 { try await client.send("2[\"quick\",\(number)]") }
            try await client.send(#"2["other"]"#)
            await journal.wait(for: "slow begins")
            #expect(journal.all == ["slow begins"])
            gate.open()
            #expect(try await client.packet() == #"31["done"]"#)
            await journal.wait(for: "other")
            try await client.send("1")
            await journal.wait(for: "client namespace disconnect")
        }
        let quick = (0..<200).map { "quick \($0)" }
        #expect(journal.all == ["slow begins", "slow ends"] + quick + ["other", "client namespace disconnect"])
    }

    @Test func `what came before a client left is handled before its leaving is told`() async throws {
        let gate = Gate()
        let journal = Journal()
        var rules = SocketNamespaceRules("/")
        rules.onAsync("slow") { _, _ in
            journal.note("slow begins")
            await gate.wait()
        }
        rules.on("quick") { socket, _ in journal.note("quick \(socket.isConnected)") }
        rules.onDisconnect = { _, reason in journal.note(reason.rawValue) }
        try await TestServer.run(socketIO: [rules]) { server, _ in
            let (client, _) = try await SocketIOClient.enter(server)
            try await client.send(#"2["slow"]"#)
            try await client.send(#"2["quick"]"#)
            try await client.send("1")
            try await client.send("0")
            #expect(try await client.packet().hasPrefix("0{"))
            gate.open()
            await journal.wait(for: "client namespace disconnect")
        }
        #expect(journal.all.prefix(3) == ["slow begins", "quick false", "client namespace disconnect"])
    }

    @Test func `a client is decided about before it is let in`() async throws {
        var rules = SocketNamespaceRules("/")
        rules.authorize = { handshake in
            guard let name = handshake.auth["name"]?.string else {
                return .refuse(message: "who?", data: .object(["code": .string("UNAUTHORIZED")]))
            }
            return .accept(name)
        }
        rules.onConnect = { socket, _ in
            socket.join("all")
            socket.emit("welcome", .string(socket.data as? String ?? ""))
        }
        try await TestServer.run(socketIO: [rules]) { server, sockets in
            let (client, answer) = try await SocketIOClient.enter(server)
            #expect(answer == #"4{"message":"who?","data":{"code":"UNAUTHORIZED"}}"#)
            try await client.send(#"0{"name":"Ada"}"#)
            #expect(try await client.packet().hasPrefix(#"0{"sid":""#))
            #expect(try await client.packet() == #"2["welcome","Ada"]"#)
            #expect(sockets.namespace("/")?.sockets(in: "all").first?.data as? String == "Ada")
            #expect(sockets.namespace("/")?.count(in: "all") == 1)
            #expect(sockets.counts.sessions == 1)
        }
    }

    // MARK: Acknowledgements

    @Test func `a client answers, or does not, or goes`() async throws {
        var rules = SocketNamespaceRules("/")
        rules.onAsync("ask") { socket, event in
            do throws(SocketReplyError) {
                let reply = try await socket.emitWithAck("question", timeout: .milliseconds(event[0]?.integer ?? 0))
                event.acknowledgement?.send(reply.arguments)
            } catch {
                event.acknowledgement?(.string("\(error)"))
            }
        }
        let journal = Journal()
        rules.on("ask many") { socket, event in
            for number in 0..<3 {
                socket.ask("question", [], timeout: .seconds(300)) { journal.note("\(number) \($0)") }
            }
            event.acknowledgement?(.null)
        }
        try await TestServer.run(
            socketIO: [rules],
            configure: { $0.pendingAcknowledgements = 2 }
        ) { server, _ in
            let (client, _) = try await SocketIOClient.enter(server)
            try await client.send(#"21["ask",300000]"#)
            #expect(try await client.packet() == #"20["question"]"#)
            try await client.send("399[]")
            try await client.send(#"30["yes",1]"#)
            try await client.send(#"30["again"]"#)
            #expect(try await client.packet() == #"31["yes",1]"#)
            try await client.send(#"22["ask",30]"#)
            #expect(try await client.packet() == #"21["question"]"#)
            #expect(try await client.packet() == #"32["timeout"]"#)
            try await client.send(#"23["ask many"]"#)
            #expect(try await client.packets(3) == [#"22["question"]"#, #"23["question"]"#, "33[null]"])
            #expect(journal.all.count == 1)
            client.wire.close()
            await journal.wait(for: "1 failure(AtlasHTTP.SocketReplyError.disconnected)")
        }
        #expect(
            journal.all == [
                "2 failure(AtlasHTTP.SocketReplyError.tooMany)", "0 failure(AtlasHTTP.SocketReplyError.disconnected)",
                "1 failure(AtlasHTTP.SocketReplyError.disconnected)",
            ]
        )
    }

    @Test func `too many events are refused with the time to wait`() async throws {
        var rules = SocketNamespaceRules("/")
        rules.on("say") { _, event in event.acknowledgement?(.bool(true)) }
        try await TestServer.run(
            socketIO: [rules],
            configure: { $0.eventRate = .init(perSecond: 0.001, burst: 2, patience: .seconds(300)) }
        ) { server, sockets in
            let (client, _) = try await SocketIOClient.enter(server)
            for number in 1...3 { try await client.send("2\(number)[\"say\"]") }
            #expect(try await client.packets(2) == ["31[true]", "32[true]"])
            let refusal = try await client.packet()
            #expect(
                refusal.hasPrefix(#"33[{"error":{"code":"RATE_LIMITED","message":"Too many events.","retryAfterMs":"#)
            )
            #expect(sockets.counts.rateHits == 1)
        }
    }

    @Test func `who goes on sending too much is put out when the patience is over`() async throws {
        let journal = Journal()
        var rules = SocketNamespaceRules("/")
        rules.on("say") { _, event in event.acknowledgement?(.bool(true)) }
        rules.onDisconnect = { _, reason in journal.note(reason.rawValue) }
        try await TestServer.run(
            socketIO: [rules],
            // The rate lets an event through between those that it refuses.
            configure: { $0.eventRate = .init(perSecond: 200, burst: 1, patience: .milliseconds(200)) }
        ) { server, _ in
            let (client, _) = try await SocketIOClient.enter(server)
            let flood = Task {
                while true {
                    for number in 0..<20 { try await client.send("2\(number)[\"say\"]") }
                    _ = try await client.packets(20)
                }
            }
            await journal.wait(for: "too many events")
            // It ends with the connection.
            _ = await flood.result
        }
    }

    // MARK: Rooms

    /// Clients join what they ask for, and publish.
    private var rooms: SocketNamespaceRules {
        var rules = SocketNamespaceRules("/")
        rules.on("join") { socket, event in
            socket.join(event[0]?.string ?? "")
            event.acknowledgement?(.null)
        }
        rules.on("pub") { socket, event in
            socket.namespace.to(event[0]?.string ?? "").emit("msg", arguments: Array(event.arguments.dropFirst()))
        }
        rules.on("others") { socket, event in socket.to(event[0]?.string ?? "").emit("msg", event[1] ?? .null) }
        return rules
    }

    private func member(_ server: TestServer, _ room: String) async throws -> SocketIOClient {
        let (client, _) = try await SocketIOClient.enter(server)
        try await client.send("20[\"join\",\"\(room)\"]")
        #expect(try await client.packet() == "30[null]")
        return client
    }

    @Test func `all members of a room see its messages in one order, each sender's in his`() async throws {
        try await TestServer.run(socketIO: [rooms]) { server, _ in
            // Connections are spread over all event loops.
            var clients: [SocketIOClient] = []
            for _ in 0..<6 { clients.append(try await member(server, "r")) }
            let count = 150
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (sender, client) in clients.enumerated().prefix(3) {
                    group.addTask {
                        for number in 0..<count { try await client.send("2[\"pub\",\"r\",\(sender),\(number)]") }
                    }
                }
                try await group.waitForAll()
            }
            let first = try await clients[0].packets(3 * count)
            for client in clients.dropFirst() { #expect(try await client.packets(3 * count) == first) }
            for sender in 0..<3 {
                let own = first.filter { $0.hasPrefix("2[\"msg\",\(sender),") }
                #expect(own == (0..<count).map { "2[\"msg\",\(sender),\($0)]" })
            }
        }
    }

    @Test func `a sender may leave itself out`() async throws {
        try await TestServer.run(socketIO: [rooms]) { server, _ in
            let one = try await member(server, "r")
            let two = try await member(server, "r")
            try await one.send(#"2["others","r","a"]"#)
            try await one.send(#"2["pub","r","b"]"#)
            #expect(try await one.packet() == #"2["msg","b"]"#)
            #expect(try await two.packets(2) == [#"2["msg","a"]"#, #"2["msg","b"]"#])
        }
    }

    // MARK: Clusters

    @Test func `two processes act as one`() async throws {
        try await TestServer.run(socketIO: [rooms]) { serverA, a in
            try await TestServer.run(socketIO: [rooms]) { serverB, b in
                // Each hears what both say, as over a channel that gives everything to everybody.
                for sender in [a, b] {
                    sender.onClusterMessage { bytes in
                        for receiver in [a, b] { receiver.receive(clusterMessage: bytes) }
                    }
                }
                let near = try await member(serverA, "r")
                let far = try await member(serverB, "r")
                let space = try #require(a.namespace("/"))
                let other = try #require(b.namespace("/"))
                space.to("r").emit("msg", .integer(1))
                space.to("r").local.emit("msg", .integer(2))
                space.to("r").join(["s"])
                other.to("s").except("none").emit("msg", .integer(3))
                #expect(try await near.packets(3) == [#"2["msg",1]"#, #"2["msg",2]"#, #"2["msg",3]"#])
                #expect(try await far.packets(2) == [#"2["msg",1]"#, #"2["msg",3]"#])
                space.to("r").leave(["s"])
                #expect(space.count(in: "s") == 0)
                #expect(other.count(in: "s") == 0)
                let id = try #require(other.sockets().first?.id)
                space.to(id).emit("msg", .string("you"))
                #expect(try await far.packet() == #"2["msg","you"]"#)
                space.to("r").disconnect(close: true)
                for client in [near, far] {
                    #expect(try await client.packet() == "1")
                    #expect(try await client.wire.frame().closeCode == 1_000)
                }
                a.receive(clusterMessage: [1, 2, 3])
            }
        }
    }

    // MARK: Recovery and stopping

    @Test func `a client that comes back has its id, rooms, data and what it missed`() async throws {
        var rules = rooms
        rules.onConnect = { socket, _ in
            if !socket.isRecovered { socket.data = "kept" }
            socket.emit("hello", .string(socket.data as? String ?? ""))
        }
        let journal = Journal()
        rules.onDisconnect = { _, _ in journal.note("gone") }
        try await TestServer.run(socketIO: [rules], configure: { $0.recovers = true }) { server, sockets in
            let (client, answer) = try await SocketIOClient.enter(server)
            let told = try #require(JSONText(validating: Array(answer.utf8.dropFirst())))
            let (sid, pid) = (try #require(told["sid"]?.string), try #require(told["pid"]?.string))
            #expect(try await client.packet() == #"2["hello","kept","1"]"#)
            try await client.send(#"20["join","r"]"#)
            #expect(try await client.packet() == "30[null]")
            client.wire.close()
            await journal.wait(for: "gone")
            let space = try #require(sockets.namespace("/"))
            space.to("r").emit("msg", .integer(1))
            space.to("q").emit("msg", .integer(2))
            space.to("r").volatile.emit("msg", .integer(3))
            let (again, second) = try await SocketIOClient.enter(server, #"0{"pid":"\#(pid)","offset":"1"}"#)
            #expect(second == #"0{"sid":"\#(sid)","pid":"\#(pid)"}"#)
            #expect(try await again.packets(2) == [#"2["msg",1,"2"]"#, #"2["hello","kept","4"]"#])
            #expect(space.count(in: "r") == 1)
            #expect(sockets.counts.recoveries == 1)
        }
    }

    @Test func `stopping tells the clients, then closes them with 1001`() async throws {
        var rules = SocketNamespaceRules("/")
        rules.onDrain = { $0.emit("server:drain", .object(["reconnectAfterMs": .integer(5)])) }
        try await TestServer.run(socketIO: [rules]) { server, _ in
            let (client, _) = try await SocketIOClient.enter(server)
            await server.stop()
            #expect(try await client.packet() == #"2["server:drain",{"reconnectAfterMs":5}]"#)
            #expect(try await client.wire.frame().closeCode == 1_001)
        }
    }

    // MARK: Transports

    @Test func `messages of both directions survive an upgrade on another event loop`() async throws {
        var rules = SocketNamespaceRules("/")
        rules.on("n") { socket, event in socket.emit("n", event[0] ?? .null) }
        try await TestServer.run(socketIO: [rules]) { server, _ in
            for _ in 0..<6 {
                let polling = try await server.connect()
                let opened = try await polling.request("GET", "/socket.io/?EIO=4&transport=polling")
                let told = try #require(JSONText(validating: Array(opened.bytes.dropFirst())))
                let target = "/socket.io/?EIO=4&transport=polling&sid=\(try #require(told["sid"]?.string))"
                let packets = "40\u{1E}" + (0..<50).map { "42[\"n\",\($0)]" }.joined(separator: "\u{1E}")
                #expect(try await polling.request("POST", target, body: Array(packets.utf8)).text == "ok")
                let wire = try await server.connect()
                let socket = target.split(separator: "polling").joined(separator: "websocket")
                #expect(try await wire.upgrade(socket).status == 101)
                try await wire.send(Frame.text("2probe"))
                #expect(try await wire.frame().text == "3probe")
                try await wire.send(Frame.text("5") + (50..<100).flatMap { Frame.text("42[\"n\",\($0)]") })
                #expect(try await wire.frame().text.hasPrefix("40{"))
                for number in 0..<100 { #expect(try await wire.frame().text == "42[\"n\",\(number)]") }
                #expect(try await polling.request("GET", target).status == 400)
            }
        }
    }

    @Test func `pages of other sites may connect only if they are named`() async throws {
        try await TestServer.run(
            socketIO: [SocketNamespaceRules("/")],
            configure: { $0.engine.origins = .own(and: ["https://friend.test"]) }
        ) { server, _ in
            let polling = "/socket.io/?EIO=4&transport=polling"
            let socket = "/socket.io/?EIO=4&transport=websocket"
            for (origin, isWelcome) in [
                ("https://friend.test", true), ("http://atlas.test", true), ("https://foe.test", false),
                ("null", false),
            ] {
                let asked = try await server.request("GET", polling, ["origin": origin])
                #expect(asked.status == (isWelcome ? 200 : 403), "\(origin)")
                #expect(asked["access-control-allow-origin"] == (isWelcome ? origin : nil))
                let preflight = try await server.request("OPTIONS", polling, ["origin": origin])
                #expect(preflight["access-control-allow-methods"] == (isWelcome ? "GET, POST" : nil))
                let wire = try await server.connect()
                #expect(try await wire.upgrade(socket, ["origin": origin]).status == (isWelcome ? 101 : 403))
            }
            #expect(try await server.request("GET", polling).status == 200)
        }
    }

    @Test func `a client that pauses and reads on has everything, whole and in order`() async throws {
        try await TestServer.run(socketIO: [rooms]) {
            $0.engine.queueBytes = 256 * 1_024 * 1_024
            $0.engine.queuePackets = 100_000
        } _: { server, sockets in
            let slow = try await member(server, "r")
            let good = try await member(server, "r")
            let space = try #require(sockets.namespace("/"))
            // Small frames go out together, large ones alone; the system's own buffers take some megabytes first.
            let sizes = [1, 20, 65_000, 3, 70_000, 1, 1, 250_000, 9]
            let loads = sizes.map { JSONText.string(String(repeating: "x", count: $0)) }
            for _ in 0..<2 {
                try await slow.wire.stopReading()
                let dropped = sockets.counts.volatileDropped
                var sent = 0
                while sockets.counts.volatileDropped == dropped, sent < 5_000 {
                    for _ in sizes {
                        space.to("r").emit("msg", .integer(sent), loads[sent % loads.count])
                        sent += 1
                    }
                    // Dropped as soon as enough waits for the client.
                    space.to("r").volatile.emit("probe")
                    for _ in sizes { _ = try await message(good) }
                }
                #expect(sockets.counts.volatileDropped > dropped)
                try await slow.wire.startReading()
                for number in 0..<sent {
                    let packet = try await message(slow)
                    let start = "2[\"msg\",\(number),\""
                    #expect(packet.hasPrefix(start))
                    #expect(packet.utf8.count == start.utf8.count + sizes[number % sizes.count] + 2)
                }
            }
        }
    }

    /// The next packet that is no probe.
    private func message(_ client: SocketIOClient) async throws -> String {
        var packet = try await client.packet()
        while packet == #"2["probe"]"# { packet = try await client.packet() }
        return packet
    }

    @Test func `a client that does not read is cut off, the others go on`() async throws {
        let journal = Journal()
        var rules = rooms
        rules.onDisconnect = { _, reason in journal.note(reason.rawValue) }
        try await TestServer.run(socketIO: [rules]) { server, sockets in
            let slow = try await member(server, "r")
            try await slow.wire.stopReading()
            let good = try await member(server, "r")
            let load = JSONText.string(String(repeating: "x", count: 100_000))
            let space = try #require(sockets.namespace("/"))
            var sent = 0
            // The system's own buffers take some megabytes first.
            while space.count(in: "r") == 2, sent < 1_000 {
                space.to("r").emit("msg", load)
                sent += 1
                #expect(try await good.packet().count > 100_000)
            }
            await journal.wait(for: "slow consumer")
            #expect(space.count(in: "r") == 1)
            #expect(sockets.counts.slowConsumers == 1)
        }
    }
}
