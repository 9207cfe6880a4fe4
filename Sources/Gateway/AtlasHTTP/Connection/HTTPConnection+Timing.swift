import NIOCore
import NIOHTTP1

extension HTTPConnection {
    /// Gives the connection this much time for what it is to do next.
    ///
    /// There is one timer per connection, and a later deadline does not move it: it looks at the deadline when it
    /// fires. So a busy connection pays for reading the clock, not for timers.
    func setDeadline(_ time: Duration) {
        let deadline = NIODeadline.now() + TimeAmount(time)
        self.deadline = deadline
        if let timer, timer.at <= deadline { return }
        timer?.scheduled.cancel()
        schedule(deadline)
    }

    private func schedule(_ moment: NIODeadline) {
        guard let context else { return }
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(deadline: moment) { self.fire() }
        timer = (scheduled, moment)
    }

    private func fire() {
        timer = nil
        guard let deadline else { return }
        if NIODeadline.now() < deadline { return schedule(deadline) }
        self.deadline = nil
        timeOut()
    }

    private func timeOut() {
        guard let context else { return }
        switch state {
        case .receiving(let exchange):
            finish(exchange, core.refusal(.requestTimeout, exchange))
        case .answering(let exchange) where exchange.isInParts: cutParts()
        case .answering(let exchange):
            // What was cancelled may still be running, so nothing else may start on this connection.
            exchange.keepsConnection = false
            task?.cancel()
            finish(exchange, core.refusal(.serviceUnavailable, exchange))
        case .idle, .lingering:
            waitForSlowReader(context)
        case .upgrading, .closed:
            context.close(promise: nil)
        }
    }

    /// Ends an idle connection, unless its client is still reading the last answer.
    private func waitForSlowReader(_ context: ChannelHandlerContext) {
        let unsent = waitingBytes(context)
        let hasReadSome = unsentBytes == 0 || unsent < unsentBytes
        unsentBytes = unsent
        guard unsent > 0, hasReadSome else { return context.close(promise: nil) }
        setDeadline(core.limits.writeTime)
    }

    /// Bytes that are written but not yet taken by the system.
    func waitingBytes(_ context: ChannelHandlerContext) -> Int {
        (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }
}
