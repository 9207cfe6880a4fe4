import SocketIO
import Testing

@Suite struct EngineSessionTests {
    private func session(
        _ transport: EngineTransport,
        _ change: (inout EngineSettings) -> Void = { _ in }
    ) -> EngineSession {
        var settings = EngineSettings()
        settings.pingInterval = 300
        settings.pingTimeout = 200
        settings.upgradeTimeout = 1_000
        change(&settings)
        return EngineSession(id: "s", transport: transport, settings: settings, now: 0)
    }

    private func body(_ text: String) -> EngineSession.Action { .answerPoll(utf8(text)) }

    private func message(_ text: String) -> EngineMessage { EngineMessage(text: utf8(text)) }

    private func post(_ session: inout EngineSession, _ body: String, now: UInt64 = 0) -> [EngineSession.Action] {
        #expect(session.postBegan() == [])
        return session.post(utf8(body), now: now)
    }

    // MARK: Handshake

    @Test func `the opening packet says what the client needs, and nothing else`() {
        #expect(
            text(session(.polling).opening)
                == #"0{"sid":"s","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#
        )
        #expect(
            text(session(.webSocket).opening)
                == #"0{"sid":"s","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000}"#
        )
    }

    @Test func `requests are checked for transport, session, method and version, in this order`() {
        func check(
            _ query: String,
            existing: EngineTransport? = nil,
            isGet: Bool = true,
            isUpgrade: Bool = false,
            isAllowed: Bool = true
        ) -> EngineError? {
            EngineQuery(query).check(existing: existing, isGet: isGet, isUpgrade: isUpgrade, isAllowed: isAllowed)
        }
        #expect(check("EIO=4&transport=polling") == nil)
        #expect(check("EIO=4&transport=websocket", isUpgrade: true) == nil)
        #expect(check("EIO=3&sid=x", isGet: false, isAllowed: false) == .unknownTransport)
        #expect(check("EIO=4&transport=constructor") == .unknownTransport)
        #expect(check("EIO=3&transport=polling&sid=x", isGet: false, isAllowed: false) == .unknownSession)
        #expect(check("EIO=3&transport=polling", isGet: false, isAllowed: false) == .badHandshakeMethod)
        #expect(check("EIO=3&transport=polling", isAllowed: false) == .forbidden)
        #expect(check("EIO=3&transport=polling") == .unsupportedProtocol)
        #expect(check("transport=polling") == .unsupportedProtocol)
        #expect(check("EIO=4&transport=websocket") == .badRequest)
        #expect(check("EIO=4&transport=polling", isUpgrade: true) == .badRequest)
        #expect(check("EIO=4&transport=polling&sid=s", existing: .polling, isGet: false) == nil)
        #expect(check("EIO=4&transport=polling&sid=s", existing: .webSocket) == .badRequest)
        #expect(check("EIO=4&transport=websocket&sid=s", existing: .polling, isUpgrade: true) == nil)
        #expect(check("EIO=4&transport=polling&sid=s", existing: .polling, isAllowed: false) == .forbidden)
        #expect(EngineQuery("transport=polling&transport=x&sid=&EIO=4").session == nil)
        #expect(EngineError.forbidden.status == 403)
        #expect(text(EngineError.unknownSession.json) == #"{"code":1,"message":"Session ID unknown"}"#)
    }

    // MARK: Polling

    @Test func `a message waits for the next request, or the request for the message`() {
        var session = session(.polling)
        #expect(session.send(message("a")) == [])
        #expect(session.send(EngineMessage(text: utf8("b"), attachments: [[1, 2, 3]])) == [])
        #expect(session.poll() == [body("4a\u{1E}4b\u{1E}bAQID")])
        #expect(session.poll() == [])
        #expect(session.send(message("c")) == [body("4c")])
        #expect(session.send(message("d")) == [])
    }

    @Test func `packets of a POST arrive in order`() {
        var session = session(.polling)
        #expect(
            post(&session, "4a\u{1E}bAQID\u{1E}4b") == [
                .text(utf8("a")[...]), .binary([1, 2, 3]), .text(utf8("b")[...]), .answerPost,
            ]
        )
    }

    @Test func `a second GET ends the session, the first is told`() {
        var session = session(.polling)
        #expect(session.poll() == [])
        #expect(session.poll() == [.refuse(.badRequest), body("1"), .ended(.transportFailed)])
        #expect(session.poll() == [.refuse(.badRequest)])
    }

    @Test func `a second POST at the same time ends the session`() {
        var session = session(.polling)
        #expect(session.postBegan() == [])
        #expect(session.postBegan() == [.refuse(.badRequest), .ended(.transportFailed)])
        #expect(session.post(utf8("4a"), now: 0) == [.refuse(.badRequest)])
    }

    @Test func `a request that breaks off ends the session`() {
        var polling = session(.polling)
        _ = polling.poll()
        #expect(polling.pollAborted() == [.ended(.transportClosed)])
        var posting = session(.polling)
        _ = posting.postBegan()
        #expect(posting.postAborted() == [.ended(.transportFailed)])
        var neither = session(.polling)
        #expect(neither.pollAborted() == [])
        #expect(neither.postAborted() == [])
    }

    @Test(arguments: ["abc", "", "4a\u{1E}", "b*", "0", "2", "5", "4a\u{1E}2"])
    func `a POST that is not as it must be ends the session`(_ content: String) {
        var session = session(.polling)
        let actions = post(&session, content)
        #expect(actions.contains(.refuse(.badRequest)))
        #expect(actions.last == .ended(.badPacket))
    }

    @Test func `closing by the client ends at once and releases the request`() {
        var session = session(.polling)
        _ = session.poll()
        #expect(post(&session, "1\u{1E}4lost") == [.answerPost, body("6"), .ended(.transportClosed)])
    }

    @Test func `closing by the server brings what was sent before`() {
        var session = session(.polling)
        _ = session.send(message("bye"))
        #expect(session.close(now: 0) == [])
        #expect(session.send(message("late")) == [])
        #expect(session.poll() == [body("4bye\u{1E}1"), .ended(.closedByServer)])
        var waiting = self.session(.polling)
        _ = waiting.poll()
        #expect(waiting.close(now: 0) == [body("1"), .ended(.closedByServer)])
        var stopping = self.session(.polling)
        _ = stopping.send(message("drain"))
        #expect(stopping.close(.shuttingDown, now: 0) == [])
        #expect(stopping.poll() == [body("4drain"), .ended(.shuttingDown)])
        var released = self.session(.polling)
        _ = released.poll()
        #expect(released.close(.shuttingDown, now: 0) == [body("6"), .ended(.shuttingDown)])
        var deserted = self.session(.polling)
        #expect(deserted.close(now: 10) == [])
        #expect(deserted.tick(now: 3_009) == [])
        #expect(deserted.tick(now: 3_010) == [.ended(.closedByServer)])
    }

    // MARK: Limits

    @Test func `a client that fetches nothing is cut off by packets and by bytes`() {
        var packets = session(.polling) { $0.queuePackets = 3 }
        for _ in 0..<3 { #expect(packets.send(message("a")) == []) }
        #expect(packets.send(message("a")) == [.ended(.slowConsumer)])
        var bytes = session(.polling) { $0.queueBytes = 10 }
        #expect(bytes.send(message("12345678901234567890")) == [])
        #expect(bytes.send(message("x")) == [.ended(.slowConsumer)])
    }

    @Test func `a message larger than the limit passes alone, also behind a heartbeat`() {
        var session = session(.polling) { $0.queueBytes = 10 }
        #expect(session.tick(now: 300) == [])
        #expect(session.send(message("12345678901234567890")) == [])
        #expect(session.poll() == [body("2\u{1E}412345678901234567890")])
    }

    @Test func `volatile messages are dropped for a client that is behind`() {
        var session = session(.polling) { $0.volatileQueueBytes = 10 }
        #expect(session.send(message("1234567"), isVolatile: true) == [])
        #expect(session.send(message("1234567"), isVolatile: true) == [])
        #expect(session.poll() == [body("41234567")])
    }

    // MARK: Heartbeat

    @Test func `a client that answers lives, one that does not is closed`() {
        var session = session(.webSocket)
        #expect(session.deadline == 300)
        #expect(session.tick(now: 299) == [])
        #expect(session.tick(now: 300) == [.sendText(.main, utf8("2"))])
        #expect(session.deadline == 500)
        #expect(session.receive(text: utf8("3")[...], on: .main, now: 350) == [])
        #expect(session.deadline == 650)
        #expect(session.tick(now: 650) == [.sendText(.main, utf8("2"))])
        #expect(session.tick(now: 849) == [])
        #expect(session.tick(now: 850) == [.closeSocket, .ended(.pingTimeout)])
        #expect(session.deadline == .max)
    }

    @Test func `heartbeats reach a client that polls`() {
        var session = session(.polling)
        _ = session.poll()
        #expect(session.tick(now: 300) == [body("2")])
        #expect(post(&session, "3", now: 400) == [.answerPost])
        #expect(session.tick(now: 700) == [])
        #expect(session.poll() == [body("2")])
        _ = session.poll()
        #expect(session.tick(now: 900) == [body("1"), .ended(.pingTimeout)])
    }

    // MARK: WebSocket

    @Test func `messages over a WebSocket arrive as they are`() {
        var session = session(.webSocket)
        #expect(session.outlet == .webSocket)
        #expect(session.receive(text: utf8("4a")[...], on: .main, now: 0) == [.text(utf8("a")[...])])
        #expect(session.receive(binary: [1], on: .main) == [.binary([1])])
        #expect(session.receive(text: utf8("6")[...], on: .main, now: 0) == [])
    }

    @Test(arguments: ["", "abc", "0", "2", "2probe", "5", "7", "b"])
    func `a packet that no client may send closes`(_ packet: String) {
        var session = session(.webSocket)
        let actions = session.receive(text: utf8(packet)[...], on: .main, now: 0)
        #expect(actions == [.closeSocket, .ended(.badPacket)])
        #expect(session.outlet == .nowhere)
    }

    @Test func `closing a WebSocket ends the session once`() {
        var session = session(.webSocket)
        #expect(session.receive(text: utf8("1")[...], on: .main, now: 0) == [.closeSocket, .ended(.transportClosed)])
        #expect(session.socketClosed(.main, cleanly: true) == [])
        #expect(session.close(now: 0) == [])
        #expect(session.tick(now: 10_000) == [])
    }

    // MARK: Upgrade

    private func probed(_ change: (inout EngineSettings) -> Void = { _ in }) -> EngineSession {
        var session = session(.polling) { settings in
            settings.pingInterval = 60_000
            change(&settings)
        }
        #expect(session.probeOpened(now: 0) == true)
        #expect(session.receive(text: utf8("2probe")[...], on: .probe, now: 0) == [.sendText(.probe, utf8("3probe"))])
        return session
    }

    @Test func `an upgrade loses, doubles and reorders nothing`() {
        var session = session(.polling) { $0.pingInterval = 60_000 }
        #expect(session.poll() == [])
        #expect(session.probeOpened(now: 0) == true)
        #expect(session.send(message("before")) == [body("4before")])
        #expect(session.poll() == [])
        #expect(
            session.receive(text: utf8("2probe")[...], on: .probe, now: 0) == [
                .sendText(.probe, utf8("3probe")), body("6"),
            ]
        )
        #expect(session.send(message("during 1")) == [])
        #expect(session.send(EngineMessage(text: utf8("during 2"), attachments: [[1]])) == [])
        #expect(post(&session, "4sent") == [.text(utf8("sent")[...]), .answerPost])
        #expect(
            session.receive(text: utf8("5")[...], on: .probe, now: 0) == [
                .promoteProbe,
                .sendMessages([message("during 1"), EngineMessage(text: utf8("during 2"), attachments: [[1]])]),
            ]
        )
        #expect(session.outlet == .webSocket)
        #expect(session.poll() == [.refuse(.badRequest)])
        #expect(session.postBegan() == [.refuse(.badRequest)])
    }

    @Test func `requests are released every hundred milliseconds while a client changes`() {
        var session = probed()
        #expect(session.poll() == [])
        #expect(session.deadline == 100)
        #expect(session.tick(now: 100) == [body("6")])
        #expect(session.tick(now: 200) == [])
        #expect(session.poll() == [])
        #expect(session.tick(now: 300) == [body("6")])
    }

    @Test func `a request that waits when the upgrade is completed is released`() {
        var session = probed()
        #expect(session.poll() == [])
        #expect(session.receive(text: utf8("5")[...], on: .probe, now: 0) == [body("6"), .promoteProbe])
    }

    @Test(arguments: ["2", "5", "4a", "3probe", "2other", "", "1"])
    func `another first frame closes only the WebSocket`(_ frame: String) {
        var session = session(.polling)
        #expect(session.probeOpened(now: 0) == true)
        #expect(session.receive(text: utf8(frame)[...], on: .probe, now: 0) == [.closeProbe])
        #expect(session.send(message("a")) == [])
        #expect(session.poll() == [body("4a")])
        #expect(session.probeOpened(now: 0) == true)
    }

    @Test func `another second frame and binary close only the WebSocket`() {
        var second = probed()
        #expect(second.receive(text: utf8("4a")[...], on: .probe, now: 0) == [.closeProbe])
        #expect(second.outlet == .queue)
        var binary = probed()
        #expect(binary.receive(binary: [1], on: .probe) == [.closeProbe])
        #expect(binary.outlet == .queue)
    }

    @Test func `a second WebSocket is refused, before and after the upgrade`() {
        var session = probed()
        #expect(session.probeOpened(now: 0) == false)
        _ = session.receive(text: utf8("5")[...], on: .probe, now: 0)
        #expect(session.probeOpened(now: 0) == false)
        var direct = self.session(.webSocket)
        #expect(direct.probeOpened(now: 0) == false)
    }

    @Test func `a reset during the upgrade leaves polling alive`() {
        var session = probed()
        #expect(session.socketClosed(.probe, cleanly: false) == [])
        #expect(session.send(message("a")) == [])
        #expect(session.poll() == [body("4a")])
        #expect(session.poll() == [])
        #expect(session.tick(now: 5_000) == [])
    }

    @Test func `an upgrade that is not completed in time closes only the WebSocket`() {
        var session = probed()
        #expect(session.tick(now: 999).isEmpty)
        #expect(session.tick(now: 1_000) == [.closeProbe])
        #expect(session.poll() == [])
        #expect(session.send(message("a")) == [body("4a")])
    }

    @Test func `the end of a session closes a WebSocket that was to take over`() {
        var session = probed()
        #expect(session.poll() == [])
        #expect(session.end(.slowConsumer) == [.closeProbe, body("1"), .ended(.slowConsumer)])
    }

    // MARK: Anything at all

    @Test(arguments: fuzzSeeds)
    func `whatever happens, a session ends once and answers each request once`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var session = session(Bool.random(using: &generator) ? .polling : .webSocket)
            var (ends, polls, now) = (0, 0, UInt64(0))
            for _ in 0..<60 {
                now += UInt64.random(in: 0...120, using: &generator)
                let choice = Int.random(in: 0..<12, using: &generator)
                if choice == 0 { polls += 1 }
                let actions = Self.step(choice, &session, now, &generator)
                for action in actions {
                    switch action {
                    case .ended: ends += 1
                    case .answerPoll: polls -= 1
                    case .refuse: polls -= choice == 0 ? 1 : 0
                    default: #expect(ends == 0)
                    }
                }
                if choice == 1 { polls = min(polls, session.hasEnded ? 0 : polls) }
                #expect(polls >= 0)
                #expect(ends <= 1)
                #expect((ends == 1) == session.hasEnded)
            }
        }
    }

    private static func step(
        _ choice: Int,
        _ session: inout EngineSession,
        _ now: UInt64,
        _ generator: inout SeededGenerator
    ) -> [EngineSession.Action] {
        let frames = ["2probe", "5", "3", "4a", "1", "6", "x", "2"]
        let frame = utf8(frames.randomElement(using: &generator) ?? "")
        let socket: EngineSession.Socket = session.transport == .webSocket ? .main : .probe
        switch choice {
        case 0: return session.poll()
        case 1: return session.pollAborted()
        case 2: return session.postBegan()
        case 3: return session.post(frame, now: now)
        case 4: return session.postAborted()
        case 5:
            _ = session.probeOpened(now: now)
            return []
        case 6, 7: return session.receive(text: frame[...], on: socket, now: now)
        case 8: return session.outlet == .queue ? session.send(EngineMessage(text: frame)) : []
        case 9: return session.tick(now: now)
        case 10: return session.socketClosed(socket, cleanly: false)
        default: return session.close(now: now)
        }
    }
}
