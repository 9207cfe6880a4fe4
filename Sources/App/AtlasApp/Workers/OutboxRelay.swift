import AtlasCore
import AtlasPorts
import Logging
import ServiceLifecycle

/// Hands what services stored in the outbox to queues and subscribers.
///
/// An event is removed after it was handed over, so a crash in between hands it over again: the queue knows its id,
/// and consumers are idempotent by it.
struct OutboxRelay: Service {
    /// Events taken at once.
    static let batch = 100
    /// How long an event that another process stored may wait.
    static let interval = Duration.seconds(5)

    let database: any Database
    let queue: any Queue
    let pubSub: any PubSub
    let bell: Doorbell
    /// One per worker.
    let queueBells: [Doorbell]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await bell.listen(atLeastEvery: Self.interval) { await drain() }
        }
    }

    /// Works off what there is now.
    func drain() async {
        do {
            while !Task.isCancelled {
                let events = try await Outbox.pending(Self.batch, in: database)
                guard !events.isEmpty else { return }
                for event in events {
                    if let name = event.queue {
                        try await queue.push(event.payload, id: event.id, to: name, delay: .zero)
                    }
                    if let channel = event.channel { try await pubSub.publish(event.payload, to: channel) }
                }
                try await Outbox.remove(events.map(\.id), from: database)
                for bell in queueBells { bell.ring() }
            }
        } catch {
            // What was not removed is tried again with the next ring.
            logger.error("relaying the outbox failed", metadata: ["error": "\(error)"])
        }
    }
}

/// Works off one queue, a batch at a time.
struct QueueWorker: Service {
    /// Messages taken at once.
    static let batch = 50
    /// How long a worker may take before its messages are given to another.
    static let lease = Duration.seconds(60)
    /// How long a message that is due may wait.
    static let interval = Duration.seconds(1)

    let queue: any Queue
    let name: String
    let bell: Doorbell
    let logger: Logger
    /// Handles messages; must be idempotent by `Delivery.id`.
    ///
    /// What it throws fails the whole batch.
    let handle: @Sendable ([Delivery]) async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await bell.listen(atLeastEvery: Self.interval) { await drain() }
        }
    }

    /// Works off what there is now.
    func drain() async {
        do {
            while !Task.isCancelled {
                let deliveries = try await queue.take(from: name, limit: Self.batch, lease: Self.lease)
                guard !deliveries.isEmpty else { return }
                do {
                    try await handle(deliveries)
                    for delivery in deliveries { try await queue.acknowledge(delivery) }
                } catch {
                    logger.error("a job failed", metadata: ["queue": "\(name)", "error": "\(error)"])
                    for delivery in deliveries { try await queue.fail(delivery, reason: "\(error)") }
                }
            }
        } catch {
            logger.error("the queue cannot be reached", metadata: ["queue": "\(name)", "error": "\(error)"])
        }
    }
}
