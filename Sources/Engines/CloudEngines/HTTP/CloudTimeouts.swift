/// How long a service may take.
public struct CloudTimeouts: Sendable {
    /// To take the connection, TLS included.
    public var connect: Duration
    /// Without a byte, before the answer and within it.
    public var idle: Duration
    /// From the first byte of one try to its last.
    public var total: Duration

    /// The times.
    public init(connect: Duration = .seconds(5), idle: Duration = .seconds(30), total: Duration = .seconds(300)) {
        self.connect = connect
        self.idle = idle
        self.total = total
    }
}
