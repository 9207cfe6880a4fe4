public import NIOCore
public import NIOHTTP1

/// Decides who may have a WebSocket at a path, and installs what will speak on it.
public protocol WebSocketAcceptor: Sendable {
    /// Decides about one request. It may look something up first; the client waits.
    func accept(_ request: WebSocketRequest) async -> WebSocketDecision
}

/// What an acceptor says.
public enum WebSocketDecision: Sendable {
    /// The connection becomes a WebSocket.
    case accept(WebSocketAcceptance)
    /// The request is answered with this HTTP status.
    case refuse(Int)
    /// The request is answered by whoever answers ordinary requests to this path.
    case passOn
}

/// How an accepted WebSocket goes on.
public struct WebSocketAcceptance: Sendable {
    /// Further headers of the answer, as `sec-websocket-protocol`.
    public let headers: HTTPHeaders
    /// Adds the handlers that receive and send `WebSocketMessage`s; called on the channel's event loop.
    public let install: @Sendable (any Channel) throws -> Void

    /// An acceptance.
    public init(headers: HTTPHeaders = [:], install: @escaping @Sendable (any Channel) throws -> Void) {
        self.headers = headers
        self.install = install
    }
}

/// A request for a WebSocket.
public struct WebSocketRequest: Sendable {
    /// The target before its `?`.
    public let path: String
    /// The target after its `?`.
    public let query: String?
    /// All headers.
    public let headers: HTTPHeaders
    /// What limits count the client under: its IPv4 address, or its IPv6 network as `2001:db8:0:0::/64`.
    public let address: String
    /// For logs.
    public let id: String

    init(_ request: IncomingRequest) {
        path = String(request.path)
        query = request.query.map(String.init)
        headers = request.headers
        address = request.address
        id = request.id
    }

    /// Whether the request comes from a page of this site, or from a program that is no browser.
    ///
    /// Browsers do not ask a server before they open a WebSocket to it from a foreign page, so an acceptor that
    /// believes cookies must look here.
    public var isSameOrigin: Bool { Origin.isOurs(headers) }

    /// The subprotocols that the client offers, in its order.
    public var subprotocols: [String] {
        headers[canonicalForm: "sec-websocket-protocol"].map(String.init)
    }
}
