public import Logging
public import ServiceLifecycle
import Synchronization

/// Sends finished traces to a collector: OTLP over HTTP, as JSON, in batches.
///
/// Nothing waits for it. What does not fit the queue, or is not taken after some attempts, is dropped and counted in the
/// log. Source: OpenTelemetry Protocol specification 1.x, "OTLP/HTTP".
public final class TraceExporter: Service, Sendable {
    /// Traces that wait at most; while there are as many, no request is traced.
    static let queueLimit = 512
    /// Traces in one message.
    static let batch = 64
    /// Between two looks at the queue.
    static let interval = Duration.seconds(1)
    /// How often one batch is offered.
    static let attempts = 3

    private struct State {
        var queue: [[TraceSpan]] = []
        var dropped = 0
    }

    private let collector: TraceCollector
    private let logger: Logger
    private let pause: Duration
    private let state = Mutex(State())

    /// - Parameter collector: Where the traces go.
    public convenience init(collector: TraceCollector, logger: Logger) {
        self.init(collector: collector, logger: logger, pause: Self.interval)
    }

    /// - Parameter pause: Before the second attempt; twice as long before the third.
    init(collector: TraceCollector, logger: Logger, pause: Duration) {
        self.collector = collector
        self.logger = logger
        self.pause = pause
    }

    /// Whether another trace would be taken.
    var hasRoom: Bool { state.withLock { $0.queue.count < Self.queueLimit } }

    /// Takes a trace, or drops it.
    func take(_ trace: [TraceSpan]) {
        state.withLock { state in
            if state.queue.count < Self.queueLimit { state.queue.append(trace) } else { state.dropped += 1 }
        }
    }

    /// Sends what is there, every second until the server stops, and once more then.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.interval)) != nil { await self.flush() }
        }
        await flush()
    }

    /// Sends everything in the queue.
    func flush() async {
        while true {
            let traces = state.withLock { state in
                let traces = Array(state.queue.prefix(Self.batch))
                state.queue.removeFirst(traces.count)
                return traces
            }
            guard !traces.isEmpty else { break }
            await send(traces)
        }
        let dropped = state.withLock { state in
            defer { state.dropped = 0 }
            return state.dropped
        }
        if dropped > 0 { logger.warning("traces were dropped", metadata: ["traces": "\(dropped)"]) }
    }

    private func send(_ traces: [[TraceSpan]]) async {
        let message = OTLP.message(traces.joined())
        var reason = ""
        for attempt in 1...Self.attempts {
            do {
                let status = try await collector.post(message)
                if (200..<300).contains(status) { return }
                reason = "status \(status)"
                // Others say that the message is wrong, and it will be the next time.
                guard [429, 502, 503, 504].contains(status) else { break }
            } catch {
                reason = "\(error)"
            }
            guard attempt < Self.attempts, (try? await Task.sleep(for: pause * attempt)) != nil else { break }
        }
        state.withLock { $0.dropped += traces.count }
        logger.warning("the collector of traces did not take them", metadata: ["reason": "\(reason)"])
    }
}
