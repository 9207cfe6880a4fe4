/// How an Engine.IO endpoint behaves; every limit of its connections is here.
public struct EngineIOOptions: Sendable {
    /// Where browsers may come from.
    public enum Origins: Sendable, Equatable {
        /// Pages of any site; the session must then not depend on cookies.
        case any
        /// Pages of this site, and of these origins, each as in `https://atlas.example`.
        case own(and: Set<String>)
    }

    /// The path of the endpoint, with its last slash.
    public var path = "/socket.io/"
    /// How often a client is asked for a sign of life.
    public var pingInterval = Duration.seconds(25)
    /// How long it may take to give one.
    public var pingTimeout = Duration.seconds(20)
    /// From opening a WebSocket for a session that polls to its being used.
    public var upgradeTimeout = Duration.seconds(10)
    /// Bytes of one WebSocket message or of one request's body, 1...100,000,000.
    public var maxPayload = 1_000_000
    /// Whose pages may connect; programs that are no browsers always may.
    public var origins = Origins.own(and: [])
    /// Sessions at once; a further handshake is refused.
    public var sessions = 100_000
    /// Bytes that wait for a client above which volatile messages for it are dropped.
    public var volatileQueueBytes = 256 * 1_024
    /// Bytes that may wait for a client; with more it is cut off.
    public var queueBytes = 1_024 * 1_024
    /// Packets that may wait for a client; with more it is cut off.
    public var queuePackets = 1_000
    /// Frames that one WebSocket message may be sent in.
    public var fragments = 1_024
    /// How long the other side may take to answer a WebSocket's closing, or to fetch a polling session's last packets.
    public var closeTimeout = Duration.seconds(3)
    /// Over which time sessions are closed, in random order, when the server stops.
    public var drainTime = Duration.seconds(5)
    /// Asked before a session is opened for a client's address; `false` refuses it.
    public var admit: (@Sendable (_ address: String) -> Bool)?

    /// The defaults.
    public init() {}
}

/// How a Socket.IO server behaves.
public struct SocketIOOptions: Sendable {
    /// The transport below it.
    public var engine = EngineIOOptions()
    /// How long a connection may be in no namespace.
    public var connectTimeout = Duration.seconds(10)
    /// Namespaces that one connection may be in or on its way to.
    public var namespacesPerConnection = 8
    /// Whether a client that lost its connection takes up its session with the packets it missed.
    public var recovers = false
    /// How long it may take until then.
    public var recoveryTime = Duration.seconds(120)
    /// Packets that a namespace keeps for recovery.
    public var recoveryPackets = 10_000
    /// Bytes of those packets.
    public var recoveryBytes = 32 * 1_024 * 1_024
    /// Acknowledgements that may be asked of one socket at a time.
    public var pendingAcknowledgements = 1_000
    /// Events of one socket that wait for a slow handler; from then on nothing more is read from its WebSocket.
    public var waitingEvents = 64
    /// Events of one socket that may wait at most; a polling client that sends more is cut off.
    public var waitingEventsLimit = 1_000
    /// Rooms that one socket may be in.
    public var roomsPerSocket = 1_000
    /// How many events a socket may send; `nil` for any number.
    public var eventRate: EventRate?

    /// A limit on events.
    public struct EventRate: Sendable {
        /// Events per second in the long run.
        public var perSecond: Double
        /// Events at once.
        public var burst: Double
        /// How long a socket may go on sending too much before it is disconnected.
        public var patience: Duration

        /// A limit.
        public init(perSecond: Double = 50, burst: Double = 100, patience: Duration = .seconds(10)) {
            self.perSecond = perSecond
            self.burst = burst
            self.patience = patience
        }
    }

    /// The defaults.
    public init() {}
}
