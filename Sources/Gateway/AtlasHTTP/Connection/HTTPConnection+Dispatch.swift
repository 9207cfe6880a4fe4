import NIOCore
import NIOHTTP1

extension HTTPConnection {
    /// Has a whole request answered.
    func dispatch(_ exchange: Exchange) {
        let core = core
        switch exchange.route {
        case .live: finish(exchange, HealthEndpoint.live)
        case .ready:
            let isStopping = isQuiescing
            run(exchange) { _ in await HealthEndpoint.ready(core.parts.problems, isStopping: isStopping) }
        case .metrics where core.admitsMetrics(exchange):
            run(exchange) { _ in MetricsEndpoint.answer(await core.allMetrics()) }
        case .metrics: finish(exchange, .text(.notFound, "There is no such page."))
        case .graphQL where exchange.known.contains(.accept):
            switch GraphQLEndpoint.delivery(exchange.head.headers) {
            case .events: follow(exchange)
            // Parts are chunks, which HTTP/1.0 does not have.
            case .parts where exchange.head.version == .http1_1: answerInParts(exchange)
            case .whole, .parts: run(exchange) { await core.graphQL.answer($0) }
            }
        case .graphQL: run(exchange) { await core.graphQL.answer($0) }
        case .engine(let server): engine(exchange, server)
        case .webSocket: decide(exchange)
        case .site: run(exchange) { await core.site.answer($0) }
        case .upload:
            // Held by the work, too: it may go on for a moment after its time is over.
            let place = exchange.uploadPlace
            run(exchange) { request in
                defer { withExtendedLifetime(place) {} }
                return await core.uploads?.answer(request) ?? .text(.notFound, "There is no such page.")
            }
        case .refused(let status): finish(exchange, core.refusal(status, exchange))
        }
    }

    /// Runs `work` in a task that starts on this event loop, at once, and stays on it unless it waits for another.
    ///
    /// The connection owns the task: it is cancelled when the client goes away or the time is over.
    func run(_ exchange: Exchange, _ work: @escaping @Sendable (IncomingRequest) async -> Answer) {
        let request = exchange.request
        let core = core
        start(exchange) {
            await core.packed(await work(request), for: request.headers)
        } then: { connection, exchange, answer in
            connection.finish(exchange, answer)
        }
    }

    /// Runs `work` as `run` does and hands its result to `then`, on the event loop, unless the request is over by then.
    func start<Result: Sendable>(
        _ exchange: Exchange,
        _ work: @escaping @Sendable () async -> Result,
        then: @escaping @Sendable (HTTPConnection, Exchange, Result) -> Void
    ) {
        guard let loop = context?.eventLoop else { return }
        let number = number
        let bound = NIOLoopBound(self, eventLoop: loop)
        let started = Task.onLoop(self.loop.executor) {
            let result = await work()
            let deliver: @Sendable () -> Void = {
                let connection = bound.value
                guard connection.number == number, case .answering(let exchange) = connection.state else { return }
                then(connection, exchange, result)
            }
            if loop.inEventLoop { deliver() } else { loop.execute(deliver) }
        }
        // Most are finished by now.
        guard self.number == number, case .answering(let current) = state, current === exchange else { return }
        task = started
        setDeadline(core.limits.executionTime)
    }
}
