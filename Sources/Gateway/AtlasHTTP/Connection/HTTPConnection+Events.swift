import NIOCore
import NIOHTTP1

/// What a stream of server-sent events says, in this order: `begin`, any number of `next`, `complete`; or `refuse` alone.
enum StreamEvent: Sendable {
    case refuse(Answer)
    case begin(user: String?)
    case next([UInt8])
    case complete
}

/// Server-sent events: the answer has no length, and its end is the connection's.
///
/// Source: HTML Living Standard, "Server-sent events".
extension HTTPConnection {
    /// Has an operation followed; what it says is written as it comes.
    func follow(_ exchange: Exchange) {
        guard let loop = context?.eventLoop else { return }
        let (request, core, number) = (exchange.request, core, number)
        let connection = NIOLoopBound(self, eventLoop: loop)
        exchange.keepsConnection = false
        setDeadline(core.limits.executionTime)
        task = Task {
            await core.graphQL.follow(request) { event in
                // An error means that the loop is gone, and with it the connection.
                (try? await loop.submit { connection.value.take(event, of: number) }.get()) ?? false
            }
        }
    }

    /// False if nothing more is wanted.
    private func take(_ event: StreamEvent, of number: UInt64) -> Bool {
        guard self.number == number, case .answering(let exchange) = state, let context else { return false }
        switch event {
        case .refuse(let answer): finish(exchange, answer)
        case .begin(let user):
            exchange.isStreaming = true
            deadline = nil
            var answer = Answer(.ok)
            answer.user = user
            core.log(answer, to: exchange, bytes: 0)
            let head = core.encodeEvents(to: exchange, loop: loop, allocator: context.channel.allocator)
            context.writeAndFlush(wrapOutboundOut(head), promise: nil)
            beat(number)
            return true
        case .next(let json): return send(Self.event("next", json), context)
        case .complete: endEvents(context)
        }
        return false
    }

    /// Ends the stream; what was written before still arrives.
    func endEvents(_ context: ChannelHandlerContext) {
        guard case .answering(let exchange) = state, exchange.isStreaming else { return }
        state = .lingering(bytesLeft: core.limits.lingerBytes)
        task?.cancel()
        task = nil
        setDeadline(core.limits.writeTime)
        let bytes = ByteBuffer(bytes: Self.event("complete", []))
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) -> Bool {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        guard waitingBytes(context) > core.limits.socketUnsentBytes else { return true }
        context.close(promise: nil)
        return false
    }

    /// A comment now and then, so that proxies keep the connection and a client that is gone is noticed.
    private func beat(_ number: UInt64) {
        guard let context else { return }
        context.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(core.limits.eventHeartbeat)) {
            guard self.number == number, case .answering = self.state, let context = self.context else { return }
            if self.send(Array(":\n\n".utf8), context) { self.beat(number) }
        }
    }

    /// One event; JSON of ours has no line breaks.
    private static func event(_ name: StaticString, _ json: [UInt8]) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + json + Array("\n\n".utf8)
    }
}

extension ServerCore {
    /// The head of a stream of events.
    func encodeEvents(to exchange: Exchange, loop: LoopState, allocator: ByteBufferAllocator) -> ByteBuffer {
        var head = ResponseHead(.ok, room: 0, allocator: allocator)
        head.block(securityBlock)
        head.block(loop.dateHeader())
        head.header("x-request-id", exchange.id)
        head.header("content-type", "text/event-stream; charset=utf-8")
        head.header("cache-control", "no-store")
        head.header("x-accel-buffering", "no")
        head.header("connection", "close")
        return head.finish(.none)
    }
}
