public import SocketIO
import Synchronization

/// Who connects, as far as the transport knows.
public struct SocketClient: Sendable {
    /// What limits count the client under: its IPv4 address, or its IPv6 network as `2001:db8:0:0::/64`.
    public let address: String
    /// The `User-Agent` header, at most 120 characters.
    public let userAgent: String
    /// Where the page that connects comes from; `nil` if it is no browser.
    public let origin: String?
    /// Whether the client's own connection is encrypted.
    public let isSecure: Bool
}

/// A client's wish to enter a namespace.
public struct SocketHandshake: Sendable {
    /// Who connects.
    public let client: SocketClient
    /// What the client gave with it, an object; `{}` if it gave nothing.
    public let auth: JSONText
}

/// What a namespace says to a client that wants in.
public enum ConnectDecision: Sendable {
    /// The client is in; the value becomes `Socket.data`.
    case accept((any Sendable)?)
    /// The client is told why not; its connection stays open.
    case refuse(message: String, data: JSONText?)
}

/// Why a socket is no longer connected.
public enum DisconnectReason: String, Sendable {
    /// The client left the namespace.
    case clientLeft = "client namespace disconnect"
    /// The server put it out.
    case serverDisconnected = "server namespace disconnect"
    /// The transport ended.
    case transportClosed = "transport close"
    /// The transport broke.
    case transportFailed = "transport error"
    /// The client gave no sign of life.
    case pingTimeout = "ping timeout"
    /// The client broke the protocol.
    case badPacket = "parse error"
    /// The client entered no namespace in time.
    case connectTimeout = "connect timeout"
    /// The client read too slowly.
    case slowConsumer = "slow consumer"
    /// The client sent too much.
    case tooManyEvents = "too many events"
    /// The client has connected anew and took the session with it.
    case takenOver = "session taken over"
    /// The server is stopping.
    case shuttingDown = "server shutting down"
}

/// An event that a client sent.
public struct SocketEvent: Sendable {
    /// Its name.
    public let name: String
    /// What follows the name, one JSON text each; attachments stand in them as placeholders.
    public let arguments: [JSONText]
    /// What the placeholders stand for, by their number.
    public let attachments: [[UInt8]]
    /// Answers the client, if it asked for an answer.
    public let acknowledgement: SocketAcknowledgement?

    /// An argument; `nil` beyond the last.
    public subscript(index: Int) -> JSONText? { arguments.indices.contains(index) ? arguments[index] : nil }
}

/// The answer that a client asked for; the first one counts, further ones do nothing.
public final class SocketAcknowledgement: Sendable {
    private let socket: Socket
    private let id: UInt64
    private let isGiven = Atomic(false)

    init(socket: Socket, id: UInt64) {
        self.socket = socket
        self.id = id
    }

    /// Sends the answer; may be called from anywhere.
    public func callAsFunction(_ arguments: JSONText..., attachments: [[UInt8]] = []) {
        send(arguments, attachments: attachments)
    }

    /// Sends the answer; may be called from anywhere.
    public func send(_ arguments: [JSONText], attachments: [[UInt8]] = []) {
        guard !isGiven.exchange(true, ordering: .relaxed) else { return }
        socket.send(
            PacketEncoder.acknowledgement(
                namespace: socket.namespace.name,
                id: id,
                arguments: arguments,
                attachments: attachments
            )
        )
    }

    /// Sends `{"error": {"code", "message", "retryAfterMs"}}`.
    ///
    /// - Parameter retryAfter: When the client may try again.
    public func fail(_ code: String, _ message: String, retryAfter: Duration? = nil) {
        send([Self.error(code, message, retryAfter: retryAfter)])
    }

    static func error(_ code: String, _ message: String, retryAfter: Duration?) -> JSONText {
        let wait = retryAfter.map { JSONText.integer(Int(clamping: $0.milliseconds)) }
        let error: JSONText =
            if let wait {
                .object(["code": .string(code), "message": .string(message), "retryAfterMs": wait])
            } else {
                .object(["code": .string(code), "message": .string(message)])
            }
        return .object(["error": error])
    }
}

/// What a client answered.
public struct SocketReply: Sendable {
    /// One JSON text each.
    public let arguments: [JSONText]
    /// What the placeholders in them stand for.
    public let attachments: [[UInt8]]
}

/// Why a client did not answer.
public enum SocketReplyError: Error, Sendable, Equatable {
    /// The time is over.
    case timeout
    /// The socket is not connected, or ceased to be.
    case disconnected
    /// `SocketIOOptions.pendingAcknowledgements` others are awaited from this socket.
    case tooMany
}

extension Duration {
    /// Whole milliseconds, rounded up, not negative.
    var milliseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return .max / 2 }
        return whole &+ UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
