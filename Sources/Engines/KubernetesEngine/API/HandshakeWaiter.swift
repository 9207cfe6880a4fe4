import NIOCore
import NIOTLS

/// Tells when a connection speaks TLS; or that it is closed, and why.
///
/// Until then nothing of a request has left this process, so that it may be tried again whatever it asks.
final class HandshakeWaiter: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let done: EventLoopPromise<Void>
    private var problem: (any Error)?

    init(_ done: EventLoopPromise<Void>) {
        self.done = done
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { done.succeed() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        problem = problem ?? error
        context.fireErrorCaught(error)
    }

    /// Not before: what is above on the connection is given up only when all of it has ended.
    func handlerRemoved(context: ChannelHandlerContext) { done.fail(problem ?? ChannelError.eof) }
}
