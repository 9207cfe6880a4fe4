public import NIOCore
public import NIOWebSocket

/// What the handlers behind a `WebSocketConnection` receive: whole messages.
public enum WebSocketMessage: Sendable, Equatable {
    /// UTF-8, checked.
    case text(ByteBuffer)
    /// Bytes.
    case binary(ByteBuffer)
}

/// What the handlers behind a `WebSocketConnection` write.
public enum WebSocketOutput: Sendable {
    /// A message.
    case message(WebSocketMessage)
    /// Ends the socket with a code and a short reason, in order: what was written before still arrives.
    case close(WebSocketErrorCode, reason: String)
}
