import NIOCore
import NIOHTTP1

/// One request on a connection, from its head to its answer.
final class Exchange {
    let head: HTTPRequestHead
    let id: String
    let path: Substring
    let query: Substring?
    let route: Route
    let start: NIODeadline
    /// The client's whole address, for the log.
    let address: String
    let isSecure: Bool
    var body = ByteBuffer()
    /// False as soon as the connection has to end after the answer.
    var keepsConnection: Bool
    /// Whether the time for the body is running.
    var isTimed = false
    /// Whether the whole request has been read.
    var isWhole = false
    /// Whether the head of a stream of events is written.
    var isStreaming = false

    init(
        _ head: HTTPRequestHead,
        id: String,
        route: Route,
        client: (address: String, isSecure: Bool)
    ) {
        self.head = head
        self.id = id
        self.route = route
        (path, query) = head.target
        (address, isSecure) = client
        start = .now()
        keepsConnection = head.isKeepAlive
    }

    /// The request for those who answer it.
    var request: IncomingRequest {
        IncomingRequest(
            method: head.method,
            path: path,
            query: query,
            headers: head.headers,
            body: body,
            id: id,
            address: ClientAddress.limitKey(address),
            isSecure: isSecure
        )
    }
}

/// Who answers a request.
enum Route {
    /// Answered at once, on the event loop.
    case live
    case ready
    case graphQL
    /// A WebSocket acceptor may take the connection.
    case webSocket
    /// Pages and files, through Hummingbird's router.
    case site
    /// Refused because of its head.
    case refused(HTTPResponseStatus)
}
