/// A message taken from a queue, to be acknowledged or failed.
public struct Delivery: Sendable {
    /// The message's id, the same on every delivery.
    public let id: String
    /// The queue it came from.
    public let queue: String
    /// What was pushed.
    public let payload: [UInt8]
    /// Which try this is, from 1.
    public let attempt: Int
    /// Proves this delivery: an acknowledgement after the lease has passed to another worker has no effect.
    public let receipt: String

    /// Made by engines.
    public init(id: String, queue: String, payload: [UInt8], attempt: Int, receipt: String) {
        self.id = id
        self.queue = queue
        self.payload = payload
        self.attempt = attempt
        self.receipt = receipt
    }
}

/// A message that failed `QueueLimits.attempts` times.
public struct DeadLetter: Sendable {
    /// The message's id.
    public let id: String
    /// What was pushed.
    public let payload: [UInt8]
    /// Why the last try failed.
    public let reason: String

    /// Made by engines.
    public init(id: String, payload: [UInt8], reason: String) {
        self.id = id
        self.payload = payload
        self.reason = reason
    }
}

/// Durable work, handed out at least once.
public protocol Queue: Sendable {
    /// Stores a message. A second push of the same `id` to the same queue, while the first is still known, does nothing.
    ///
    /// - Parameter delay: How long to hide it.
    func push(_ payload: [UInt8], id: String, to queue: String, delay: Duration) async throws

    /// Takes up to `limit` due messages, oldest first, hidden from others for `lease`. Empty if there is none.
    func take(from queue: String, limit: Int, lease: Duration) async throws -> [Delivery]

    /// Forgets a message that was handled.
    ///
    /// - Returns: False if the lease had run out and another worker has it now.
    @discardableResult
    func acknowledge(_ delivery: Delivery) async throws -> Bool

    /// Gives a message back, to be tried again after `QueueLimits.backOff(attempt)`, or to the dead letters after the last try.
    func fail(_ delivery: Delivery, reason: String) async throws

    /// Messages given up, newest first, at most 100.
    func deadLetters(of queue: String) async throws -> [DeadLetter]

    /// Puts a dead letter back into its queue with its attempts counted anew.
    ///
    /// - Returns: False if there is no such dead letter.
    @discardableResult
    func revive(_ id: String, in queue: String) async throws -> Bool

    /// Forgets what was given up, of all queues, `QueueLimits.deadLetterLife` ago or earlier.
    func expireDeadLetters() async throws
}

/// Limits of `Queue`.
public enum QueueLimits {
    /// Tries before a message becomes a dead letter.
    public static let attempts = 8
    /// The longest pause between two tries.
    public static let longestBackOff = Duration.seconds(3_600)
    /// How long a dead letter is kept.
    ///
    /// It may hold what an account wrote that is deleted by now, so it is not kept for ever.
    public static let deadLetterLife = Duration.seconds(30 * 86_400)
    /// The largest payload, in bytes.
    public static let payloadBytes = 256 * 1_024

    /// The pause after try number `attempt` (from 1): 1 s, 2 s, 4 s …, at most an hour.
    public static func backOff(_ attempt: Int) -> Duration {
        min(.seconds(1 << max(0, min(attempt - 1, 12))), longestBackOff)
    }
}
