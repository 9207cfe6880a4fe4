/// Messages to whoever listens now.
///
/// Each subscriber gets each message at most once, in one publisher's order.
public protocol PubSub: Sendable {
    /// Hands `message` to the subscribers of `channel`, in this process and, where the engine reaches further, in others.
    func publish(_ message: [UInt8], to channel: String) async throws

    /// Messages from now on. A subscriber that falls `PubSubLimits.backlog` messages behind loses the oldest.
    /// Ends when the task that iterates is cancelled.
    func subscribe(to channel: String) async throws -> AsyncStream<[UInt8]>
}

/// Limits of `PubSub`.
public enum PubSubLimits {
    /// Messages kept for a subscriber that is not reading.
    public static let backlog = 1_024
}
