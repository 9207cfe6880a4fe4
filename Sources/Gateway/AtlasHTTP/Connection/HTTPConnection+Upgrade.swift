import NIOCore
import NIOHTTP1
import NIOWebSocket

extension HTTPConnection {
    /// Asks the path's acceptor.
    ///
    /// A request that it does not want is answered as any other.
    ///
    /// NIO's own `NIOTypedHTTPServerUpgradeHandler` loses the request in that case (swift-nio issue 2632); its
    /// `NIOTypedWebSocketServerUpgrader` does the handshake.
    func decide(_ exchange: Exchange) {
        guard let acceptor = core.parts.webSockets[String(exchange.path)] else { return passOn(exchange) }
        let request = WebSocketRequest(exchange.request)
        start(exchange) {
            await acceptor.accept(request)
        } then: { connection, exchange, decision in
            switch decision {
            case .accept(let acceptance): connection.upgrade(exchange, acceptance)
            case .refuse(let status):
                connection.finish(exchange, connection.core.refusal(HTTPResponseStatus(statusCode: status), exchange))
            case .passOn: connection.passOn(exchange)
            }
        }
    }

    private func passOn(_ exchange: Exchange) {
        let core = core
        if case .graphQL = core.plainRoute(exchange.path, exchange.head.method) {
            run(exchange) { await core.graphQL.answer($0) }
        } else {
            run(exchange) { await core.site.answer($0) }
        }
    }

    private func upgrade(_ exchange: Exchange, _ acceptance: WebSocketAcceptance) {
        guard let context else { return }
        let limits = core.limits
        let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
            maxFrameSize: limits.webSocketFrameBytes,
            enableAutomaticErrorHandling: false,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(acceptance.headers) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WebSocketConnection(limits: limits))
                    try acceptance.install(channel)
                }
            }
        )
        let head = exchange.head
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .hop(to: context.eventLoop).assumeIsolated().whenComplete { result in
                switch result {
                case .success(let headers): self.switchProtocols(exchange, headers, upgrader, context)
                case .failure: self.finish(exchange, self.core.badHandshake(exchange))
                }
            }
    }

    /// Takes the decoder out, answers 101, puts the frame coders in, and leaves the pipeline itself.
    private func switchProtocols(
        _ exchange: Exchange,
        _ headers: HTTPHeaders,
        _ upgrader: NIOTypedWebSocketServerUpgrader<Void>,
        _ context: ChannelHandlerContext
    ) {
        state = .upgrading
        task = nil
        let bytes = core.encodeSwitch(exchange, headers, loop: loop, allocator: context.channel.allocator)
        core.log(Answer(.switchingProtocols), to: exchange, bytes: bytes.readableBytes)
        let (channel, head) = (context.channel, exchange.head)
        let operations = context.pipeline.syncOperations
        operations.removeHandler(decoder).assumeIsolated()
            .flatMap { context.writeAndFlush(self.wrapOutboundOut(bytes)) }
            .flatMap { upgrader.upgrade(channel: channel, upgradeRequest: head) }
            .whenComplete { result in
                guard case .success = result else { return context.close(promise: nil) }
                for bytes in self.leftovers { context.fireChannelRead(bytes) }
                context.fireChannelReadComplete()
                if self.isQuiescing { context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
                operations.removeHandler(self, promise: nil)
            }
    }
}
