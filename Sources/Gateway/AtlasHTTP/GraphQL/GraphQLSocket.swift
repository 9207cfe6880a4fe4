import AtlasCore
import AtlasGraphQL
import GraphQL
import NIOCore
import NIOWebSocket

/// One WebSocket on which GraphQL operations run.
///
/// The protocol decides, this object acts. It lives on the channel's event loop; operations run in tasks of their own,
/// which end with the socket.
final class GraphQLSocket: ChannelInboundHandler {
    typealias InboundIn = WebSocketMessage
    typealias OutboundOut = WebSocketOutput

    /// Who is at the other end.
    struct Client: Sendable {
        let address: String
        let device: String
        let requestID: String
    }

    private let parts: ServerParts
    private let documents: PersistedDocuments
    private let limits: HTTPLimits
    private let client: Client
    private var machine: WebSocketProtocol
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var initialising: Task<Void, Never>?
    private var token: String?
    private var caller: Caller
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var initialisationTimer: Scheduled<Void>?
    private var hasHeard = true
    private var unsentBytes = 0

    init(parts: ServerParts, documents: PersistedDocuments, limits: HTTPLimits, client: Client) {
        self.parts = parts
        self.documents = documents
        self.limits = limits
        self.client = client
        caller = Caller(address: client.address)
        var bounds = WebSocketProtocol.Limits()
        bounds.operations = limits.socketOperations
        bounds.jsonDepth = limits.jsonDepth
        machine = WebSocketProtocol(limits: bounds)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let loop = context.eventLoop.assumeIsolated()
        initialisationTimer = loop.scheduleTask(in: TimeAmount(limits.socketInitialisationTime)) {
            self.perform(self.machine.initialisationIsDue())
        }
        scheduleBeat(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        context = nil
        timer?.cancel()
        initialisationTimer?.cancel()
        initialising?.cancel()
        for task in tasks.values { task.cancel() }
        tasks = [:]
    }

    // MARK: Messages

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        hasHeard = true
        switch unwrapInboundIn(data) {
        case .text(let bytes): perform(machine.receive(text: Array(bytes.readableBytesView)))
        case .binary: perform(machine.receiveBinary())
        }
    }

    private func perform(_ actions: [WebSocketProtocol.Action]) {
        guard let context, !actions.isEmpty else { return }
        for action in actions {
            switch action {
            case .send(let bytes): send(bytes, context)
            case .initialise(let payload): initialise(payload, context)
            case .start(let number, let request): start(number, request, context)
            case .stop(let number): tasks.removeValue(forKey: number)?.cancel()
            case .close(let code, let reason):
                let close = WebSocketOutput.close(WebSocketErrorCode(codeNumber: Int(code)), reason: reason)
                context.write(wrapOutboundOut(close), promise: nil)
            }
        }
        context.flush()
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        unsentBytes += bytes.count
        let message = WebSocketOutput.message(.text(ByteBuffer(bytes: bytes)))
        context.write(wrapOutboundOut(message)).assumeIsolated().whenComplete { _ in self.unsentBytes -= bytes.count }
    }

    private func scheduleBeat(_ context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(limits.socketHeartbeat)) { self.beat() }
    }

    /// A client that does not answer is gone; a session that has ended has no more rights here.
    private func beat() {
        guard let context else { return }
        guard hasHeard else { return context.close(promise: nil) }
        hasHeard = false
        perform(machine.ping())
        scheduleBeat(context)
        guard token != nil else { return }
        let (socket, loop) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.eventLoop)
        let check = authentication()
        Task {
            if await check() == nil { loop.execute { socket.value.endSession() } }
        }
    }

    private func endSession() {
        perform(machine.refuse("The session has ended."))
    }

    // MARK: Who is there

    private func initialise(_ payload: Value, _ context: ChannelHandlerContext) {
        initialisationTimer?.cancel()
        if case .string(let text)? = payload["authorization"] ?? payload["Authorization"] {
            token = text.lowercased().hasPrefix("bearer ") ? String(text.dropFirst(7)) : text
        }
        let (socket, loop) = (NIOLoopBound(self, eventLoop: context.eventLoop), context.eventLoop)
        let check = authentication()
        initialising = Task {
            let caller = await check()
            loop.execute { socket.value.initialised(caller) }
        }
    }

    private func initialised(_ caller: Caller?) {
        guard let caller else { return perform(machine.refuse()) }
        self.caller = caller
        perform(machine.accept())
    }

    /// A check of the token as it is now; `nil` for one that no longer counts.
    private func authentication() -> @Sendable () async -> Caller? {
        let (token, address, authenticate) = (token, client.address, parts.authenticate)
        return {
            guard let token else { return Caller(address: address) }
            guard let account = try? await authenticate(token) else { return nil }
            return Caller(account: account, address: address)
        }
    }

    // MARK: Operations

    private func start(_ number: Int, _ request: GraphQL.Request, _ context: ChannelHandlerContext) {
        let run = Run(
            number: number,
            parts: parts,
            caller: caller,
            client: client,
            check: authentication(),
            needsCheck: token != nil
        )
        let socket = NIOLoopBound(self, eventLoop: context.eventLoop)
        let (loop, documents) = (context.eventLoop, documents)
        tasks[number] = Task {
            await run.operate(request, documents) { event in
                // An error means that the loop is gone, and with it the socket.
                (try? await loop.submit { socket.value.take(event, of: number) }.get()) ?? false
            }
        }
    }

    /// What an operation says; false if it should end.
    private func take(_ event: Run.Event, of number: Int) -> Bool {
        guard context != nil, machine.isRunning(number) else { return false }
        switch event {
        case .next(let response):
            perform(machine.next(number, response))
            guard unsentBytes > limits.socketUnsentBytes else { return true }
            perform(machine.cutOff())
            return false
        case .finished(let refusal):
            tasks[number] = nil
            perform(machine.finish(number, refusal: refusal))
        case .sessionEnded: endSession()
        }
        return false
    }
}

/// One operation of a socket, away from its event loop.
private struct Run: Sendable {
    enum Event: Sendable {
        case next(GraphQL.Response)
        case finished(refusal: GraphQL.Response?)
        case sessionEnded
    }

    let number: Int
    let parts: ServerParts
    let caller: Caller
    let client: GraphQLSocket.Client
    let check: @Sendable () async -> Caller?
    let needsCheck: Bool

    func operate(
        _ request: GraphQL.Request,
        _ documents: PersistedDocuments,
        _ deliver: @escaping @Sendable (Event) async -> Bool
    ) async {
        do throws(GraphQLRefusal) {
            if case .refuse(let wait) = await parts.admit(caller, client.address, 1) {
                throw .tooMany(retryAfter: wait)
            }
            let request = try documents.request(GraphQLOperation(request))
            let context = RequestContext(
                caller: caller,
                device: client.device,
                requestID: client.requestID,
                refreshCookie: nil
            )
            var isCharged = false
            let refusal = await parts.graphQL.subscribe(request, context: context) { response in
                if !isCharged { await parts.charge(caller, client.address, response.cost ?? 1) }
                isCharged = true
                if needsCheck, await check() == nil {
                    _ = await deliver(.sessionEnded)
                    return false
                }
                return await deliver(.next(response))
            }
            _ = await deliver(.finished(refusal: refusal))
        } catch {
            _ = await deliver(
                .finished(refusal: GraphQL.Response(refusing: GraphQLError(error.message, code: error.code)))
            )
        }
    }
}
