import Crypto
import NIOCore
import NIOHTTP1
import SocketIO

/// A request whose answer is given later, perhaps from another event loop.
struct PendingAnswer: Sendable {
    private let connection: NIOLoopBound<HTTPConnection>
    private let loop: any EventLoop
    private let number: UInt64
    private let origin: CrossOrigin
    private let id: ObjectIdentifier

    init(_ connection: HTTPConnection, on loop: any EventLoop, origin: CrossOrigin) {
        self.connection = NIOLoopBound(connection, eventLoop: loop)
        self.loop = loop
        number = connection.number
        id = ObjectIdentifier(connection)
        self.origin = origin
    }

    /// Answers, unless the client is gone.
    func answer(_ answer: Answer) {
        var complete = answer
        complete.headers += origin.headers
        run { [connection, number, complete] in connection.value.finish(number, complete) }
    }

    /// Closes the connection without an answer.
    func drop() {
        let connection = connection
        run { connection.value.context?.close(promise: nil) }
    }

    func isSame(as other: PendingAnswer?) -> Bool { id == other?.id && number == other?.number }

    private func run(_ work: @escaping @Sendable () -> Void) {
        if loop.inEventLoop { work() } else { loop.execute(work) }
    }
}

/// What answers say to pages of other sites.
///
/// Source: WHATWG Fetch, "CORS protocol".
struct CrossOrigin: Sendable {
    let headers: [(name: String, value: String)]

    init(_ origins: EngineIOOptions.Origins, _ request: HTTPHeaders) {
        let uncached = (name: "cache-control", value: "no-store")
        guard let origin = request.first(name: "origin") else {
            headers = [uncached]
            return
        }
        headers =
            switch origins {
            case .any: [uncached, ("access-control-allow-origin", "*")]
            case .own where !origins.allows(request): [uncached, ("vary", "origin")]
            case .own:
                [
                    uncached, ("vary", "origin"), ("access-control-allow-origin", origin),
                    ("access-control-allow-credentials", "true"),
                ]
            }
    }

    /// The answer to the question whether a request may be made.
    static func preflight(_ origins: EngineIOOptions.Origins, _ request: HTTPHeaders) -> Answer {
        var answer = Answer(.noContent)
        answer.headers = CrossOrigin(origins, request).headers
        guard origins.allows(request) else { return answer }
        answer.headers += [
            ("access-control-allow-methods", "GET, POST"), ("access-control-allow-headers", "content-type"),
            ("access-control-max-age", "86400"),
        ]
        return answer
    }
}

/// Engine.IO over this connection.
extension HTTPConnection {
    /// Looks at the head of a request that brings packets: there may be one at a time, and one that breaks off ends
    /// its session.
    func beginEngine(_ exchange: Exchange, _ server: EngineIOServer) {
        guard exchange.head.method == .POST, let context else { return }
        let query = EngineQuery(exchange.query ?? "")
        guard let id = query.session, let session = server.session(id) else { return }
        let request = pending(exchange, server, context)
        guard Self.isText(exchange.head.headers) else {
            request.answer(server.refusal(.badRequest))
            return Self.onLoop(session) { connection in
                connection.postBegan(request)
                connection.postAborted(request)
            }
        }
        let isAllowed = server.options.origins.allows(exchange.head.headers)
        exchange.engine = session
        exchange.onAbort = { Self.onLoop(session) { $0.postAborted(request) } }
        Self.onLoop(session) { connection in
            let error = query.check(
                existing: connection.transport,
                isGet: false,
                isUpgrade: false,
                isAllowed: isAllowed
            )
            if let error { request.answer(server.refusal(error)) } else { connection.postBegan(request) }
        }
    }

    /// Has a whole request answered by its session.
    func engine(_ exchange: Exchange, _ server: EngineIOServer) {
        guard let context else { return }
        let headers = exchange.head.headers
        let isUpgrade = Self.wantsWebSocket(exchange.head)
        let request = pending(exchange, server, context)
        switch exchange.head.method {
        case .OPTIONS: return finish(exchange, CrossOrigin.preflight(server.options.origins, headers))
        case .POST:
            if let session = exchange.engine {
                let body = Array(exchange.body.readableBytesView)
                setDeadline(core.limits.executionTime)
                return Self.onLoop(session) { $0.post(body, request) }
            }
        default: break
        }
        let query = EngineQuery(exchange.query ?? "")
        let isAllowed = server.options.origins.allows(headers)
        let isGet = exchange.head.method == .GET
        let session = query.session.flatMap { server.session($0) }
        guard let session else {
            let error = query.check(existing: nil, isGet: isGet, isUpgrade: isUpgrade, isAllowed: isAllowed)
            if let error { return request.answer(server.refusal(error)) }
            return handshake(exchange, server, request, isUpgrade: isUpgrade)
        }
        if isUpgrade {
            let error = query.check(existing: .polling, isGet: isGet, isUpgrade: true, isAllowed: isAllowed)
            if let error { return request.answer(server.refusal(error)) }
            return upgrade(exchange, server, request, session)
        }
        deadline = nil
        exchange.onAbort = { Self.onLoop(session) { $0.pollAborted(request) } }
        Self.onLoop(session) { connection in
            let error = query.check(
                existing: connection.transport,
                isGet: isGet,
                isUpgrade: false,
                isAllowed: isAllowed
            )
            if let error = isGet ? error : error ?? .badRequest { return request.answer(server.refusal(error)) }
            connection.poll(request)
        }
    }

    /// Answers the request with this number, if it is still being made.
    func finish(_ number: UInt64, _ answer: Answer) {
        guard self.number == number else { return }
        switch state {
        case .receiving(let exchange), .answering(let exchange):
            exchange.onAbort = nil
            finish(exchange, answer)
        default: break
        }
    }

    private func pending(
        _ exchange: Exchange,
        _ server: EngineIOServer,
        _ context: ChannelHandlerContext
    ) -> PendingAnswer {
        let origin = CrossOrigin(server.options.origins, exchange.head.headers)
        return PendingAnswer(self, on: context.eventLoop, origin: origin)
    }

    private static func onLoop(
        _ session: NIOLoopBound<EngineConnection>,
        _ work: @escaping @Sendable (EngineConnection) -> Void
    ) {
        let loop = session.eventLoop
        if loop.inEventLoop { work(session.value) } else { loop.execute { work(session.value) } }
    }

    private static func isText(_ headers: HTTPHeaders) -> Bool {
        headers.first(name: "content-type").map { MediaType($0).essence != "application/octet-stream" } ?? true
    }

    static func wantsWebSocket(_ head: HTTPRequestHead) -> Bool {
        head.method == .GET && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }

    // MARK: New sessions

    private func handshake(
        _ exchange: Exchange,
        _ server: EngineIOServer,
        _ request: PendingAnswer,
        isUpgrade: Bool
    ) {
        guard let context else { return }
        if server.isStopping {
            var answer = Answer.text(.serviceUnavailable, "The server is stopping.")
            answer.headers = [("retry-after", "1")]
            return request.answer(answer)
        }
        guard server.admits(ClientAddress.limitKey(exchange.address)) else {
            return request.answer(server.refusal(.forbidden))
        }
        if isUpgrade { return upgrade(exchange, server, request, nil) }
        let (connection, user) = server.makeSession(.polling, exchange.socketClient, on: context.eventLoop)
        request.answer(server.payload(connection.open(user)))
    }

    // MARK: WebSockets

    private func upgrade(
        _ exchange: Exchange,
        _ server: EngineIOServer,
        _ request: PendingAnswer,
        _ session: NIOLoopBound<EngineConnection>?
    ) {
        let headers = exchange.head.headers
        guard headers[canonicalForm: "sec-websocket-version"] == ["13"] else {
            return finish(exchange, core.badHandshake(exchange))
        }
        let isWanted = headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
        guard isWanted, exchange.head.version == .http1_1, exchange.body.readableBytes == 0,
            let key = headers.first(name: "sec-websocket-key"), Base64.decode(Array(key.utf8)[...])?.count == 16
        else { return request.answer(server.refusal(.badRequest)) }
        var accept: [UInt8] = []
        Base64.encode(Insecure.SHA1.hash(data: Array((key + Self.webSocketSalt).utf8)).map { $0 }, to: &accept)
        switchToEngine(exchange, server, session, accept: String(decoding: accept, as: UTF8.self))
    }

    /// Source: RFC 6455, "Opening Handshake".
    private static let webSocketSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// Takes the decoder out, answers 101, and leaves the connection to the WebSocket's only handler.
    private func switchToEngine(
        _ exchange: Exchange,
        _ server: EngineIOServer,
        _ session: NIOLoopBound<EngineConnection>?,
        accept: String
    ) {
        guard let context else { return }
        state = .upgrading
        let headers: HTTPHeaders = ["upgrade": "websocket", "connection": "upgrade", "sec-websocket-accept": accept]
        let bytes = core.encodeSwitch(exchange, headers, loop: loop, allocator: context.channel.allocator)
        core.log(Answer(.switchingProtocols), to: exchange, bytes: bytes.readableBytes)
        let operations = context.pipeline.syncOperations
        operations.removeHandler(decoder).assumeIsolated().whenComplete { _ in
            context.write(self.wrapOutboundOut(bytes), promise: nil)
            self.install(exchange.socketClient, server, session, context)
            // With the packet that opens a new session, in one system call.
            context.flush()
            for bytes in self.leftovers { context.fireChannelRead(bytes) }
            context.fireChannelReadComplete()
            if self.isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
            operations.removeHandler(self, promise: nil)
        }
    }

    private func install(
        _ client: SocketClient,
        _ server: EngineIOServer,
        _ session: NIOLoopBound<EngineConnection>?,
        _ context: ChannelHandlerContext
    ) {
        let options = server.options
        let eventLoop = context.eventLoop
        if let settings = context.channel.syncOptions {
            // Both belong to every stream channel; a channel without them keeps its own.
            try? settings.setOption(.recvAllocator, value: Self.smallReads)
            try? settings.setOption(
                .writeBufferWaterMark,
                value: .init(low: max(1, options.volatileQueueBytes / 2), high: max(2, options.volatileQueueBytes))
            )
        }
        let home = server.loops.loop(of: eventLoop)
        let made = session == nil ? server.makeSession(.webSocket, client, on: eventLoop) : nil
        guard let owner = session ?? made.map({ NIOLoopBound($0.0, eventLoop: eventLoop) }) else { return }
        let socket = EngineWebSocket(
            options: options,
            loop: home,
            session: owner,
            on: made?.0.loop ?? server.loops.loop(of: owner.eventLoop)
        )
        guard (try? context.pipeline.syncOperations.addHandler(socket)) != nil else {
            made?.0.end(.transportFailed)
            return context.close(promise: nil)
        }
        let link = socket.link
        if let (connection, user) = made {
            connection.open(link, user)
        } else {
            Self.onLoop(owner) { $0.probeOpened(link) }
        }
    }

    /// Idle connections keep their read buffer, so it begins small; busy ones get a larger one.
    private static let smallReads = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 32_768)
}

extension Exchange {
    /// What a session remembers of its client; the request itself is not kept.
    fileprivate var socketClient: SocketClient {
        SocketClient(
            address: ClientAddress.limitKey(address),
            userAgent: String((head.headers.first(name: "user-agent") ?? "").prefix(120)),
            origin: head.headers.first(name: "origin"),
            isSecure: isSecure
        )
    }
}
