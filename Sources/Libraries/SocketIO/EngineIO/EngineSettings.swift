/// Times in milliseconds on a clock that only goes forward, and the limits of a session.
public struct EngineSettings: Sendable {
    /// From one heartbeat to the next.
    public var pingInterval: UInt64 = 25_000
    /// From a heartbeat to its answer.
    public var pingTimeout: UInt64 = 20_000
    /// From the opening of a second transport to its being used.
    public var upgradeTimeout: UInt64 = 10_000
    /// How long a session that is closed may wait for its client to fetch the last packets.
    public var closeTimeout: UInt64 = 3_000
    /// Bytes of one message or request.
    public var maxPayload = 1_000_000
    /// Bytes that wait above which volatile messages are dropped.
    public var volatileQueueBytes = 256 * 1_024
    /// Bytes that may wait.
    public var queueBytes = 1_024 * 1_024
    /// Packets that may wait.
    public var queuePackets = 1_000

    /// The defaults.
    public init() {}
}

/// Why a request to an Engine.IO endpoint is refused.
///
/// Source: the reference server's error codes, in the order in which it checks.
public enum EngineError: Int, Error, Sendable, Equatable {
    case unknownTransport = 0
    case unknownSession = 1
    case badHandshakeMethod = 2
    case badRequest = 3
    case forbidden = 4
    case unsupportedProtocol = 5

    /// The answer's status code.
    public var status: Int { self == .forbidden ? 403 : 400 }

    /// What the reference server says.
    public var message: String {
        switch self {
        case .unknownTransport: "Transport unknown"
        case .unknownSession: "Session ID unknown"
        case .badHandshakeMethod: "Bad handshake method"
        case .badRequest: "Bad request"
        case .forbidden: "Forbidden"
        case .unsupportedProtocol: "Unsupported protocol version"
        }
    }

    /// The answer's body.
    public var json: [UInt8] { Array(#"{"code":\#(rawValue),"message":"\#(message)"}"#.utf8) }
}

/// How a client and a session exchange packets.
public enum EngineTransport: String, Sendable, Equatable {
    case polling
    case webSocket = "websocket"
}

/// What the query of a request to an Engine.IO endpoint says.
public struct EngineQuery: Sendable, Equatable {
    /// The transport, or `nil` if it is none that the server has.
    public let transport: EngineTransport?
    /// The session.
    public let session: String?
    /// Whether the protocol is version 4.
    public let isCurrentProtocol: Bool

    /// Reads `EIO`, `transport` and `sid`, of which the first occurrence counts; none of their values needs escapes.
    public init(_ query: some StringProtocol) {
        var values: [Substring: Substring] = [:]
        for pair in Substring(query).utf8.split(separator: UInt8(ascii: "&"), maxSplits: Self.pairLimit) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, values[Substring(name)] == nil else { continue }
            values[Substring(name)] = parts.count == 2 ? Substring(parts[1]) : ""
        }
        transport = values["transport"].flatMap { EngineTransport(rawValue: String($0)) }
        session = values["sid"].flatMap { $0.isEmpty ? nil : String($0) }
        isCurrentProtocol = values["EIO"] == "4"
    }

    private static let pairLimit = 32

    /// Checks a request for a new session, or the form of one for a session that exists.
    ///
    /// - Parameters:
    ///   - existing: The transport of the session that the query names, if it exists.
    ///   - isUpgrade: Whether the request asks for a WebSocket.
    ///   - isAllowed: Whether the client may connect at all.
    public func check(
        existing: EngineTransport?,
        isGet: Bool,
        isUpgrade: Bool,
        isAllowed: Bool
    ) -> EngineError? {
        guard let transport else { return .unknownTransport }
        if session != nil {
            guard let existing else { return .unknownSession }
            if isUpgrade != (transport == .webSocket) { return .badRequest }
            if !isUpgrade, existing != transport { return .badRequest }
            return isAllowed ? nil : .forbidden
        }
        guard isGet else { return .badHandshakeMethod }
        guard isUpgrade == (transport == .webSocket) else { return .badRequest }
        guard isAllowed else { return .forbidden }
        return isCurrentProtocol ? nil : .unsupportedProtocol
    }
}
