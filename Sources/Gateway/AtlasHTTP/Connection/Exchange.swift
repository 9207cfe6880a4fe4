import NIOCore
import NIOHTTP1

/// One request on a connection, from its head to its answer.
final class Exchange {
    let head: HTTPRequestHead
    let known: HeaderSet
    let id: String
    let path: Substring
    let query: Substring?
    let route: Route
    let start: NIODeadline
    /// The client's whole address, for the log.
    let address: String
    let isSecure: Bool
    var body = ByteBuffer()
    /// Held for an upload until the request is over.
    var uploadPlace: UploadPlaces.Place?
    /// False as soon as the connection has to end after the answer.
    var keepsConnection: Bool
    /// Whether the time for the body is running.
    var isTimed = false
    /// Whether the whole request has been read.
    var isWhole = false
    /// Whether the head of a stream of events is written.
    var isStreaming = false
    /// The session that the request belongs to.
    var engine: NIOLoopBound<EngineConnection>?
    /// Told if the request is not answered by its session.
    var onAbort: (() -> Void)?
    /// Whether the head of an answer in parts is written.
    var isInParts = false

    init(
        _ head: HTTPRequestHead,
        _ known: HeaderSet,
        id: String,
        route: Route,
        target: (path: Substring, query: Substring?),
        client: (address: String, isSecure: Bool)
    ) {
        self.head = head
        self.known = known
        self.id = id
        self.route = route
        (path, query) = target
        (address, isSecure) = client
        start = .now()
        keepsConnection = head.isKeepAlive
    }

    /// Tells the request's session, if it waits for the rest of the request or with its answer.
    func abort() {
        onAbort?()
        onAbort = nil
    }

    /// The request for those who answer it.
    var request: IncomingRequest {
        IncomingRequest(
            method: head.method,
            path: path,
            query: query,
            headers: head.headers,
            known: known,
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
    /// Figures for whoever runs the server.
    case metrics
    case graphQL
    /// Belongs to a session of Engine.IO, or begins one.
    case engine(EngineIOServer)
    /// A WebSocket acceptor may take the connection.
    case webSocket
    /// Pages and files, through Hummingbird's router.
    case site
    /// A file that is sent to be read in.
    case upload
    /// Refused because of its head.
    case refused(HTTPResponseStatus)
}
