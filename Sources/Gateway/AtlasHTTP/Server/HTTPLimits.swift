/// Every limit of the server's port, in one place.
public struct HTTPLimits: Sendable {
    /// Connections at once; one more is answered 503 and closed.
    public var connections = 10_000
    /// Header fields of one request; more are answered 431.
    public var headerCount = 100
    /// Bytes of one header field, or of the request's target; more are answered 431.
    public var headerFieldBytes = 16 * 1_024
    /// Bytes of all header fields and the target of one request; more are answered 431.
    public var headerBytes = 32 * 1_024
    /// Bytes of a GraphQL request's body; more are answered 413.
    public var graphQLBodyBytes = 1_024 * 1_024
    /// Bytes of any other request's body; more are answered 413.
    public var otherBodyBytes = 16 * 1_024
    /// Bytes of an uploaded package of cards; more are answered 413.
    public var uploadBytes = 32 * 1_024 * 1_024
    /// Uploads that are received or read at once; one more is answered 503, before its body is read.
    public var uploads = 2
    /// How deep a GraphQL request's JSON may nest.
    public var jsonDepth = 100
    /// Operations in one GraphQL request.
    public var batchOperations = 10
    /// Bytes of documents that clients have sent once and name by their hash from then on.
    public var persistedDocumentBytes = 4 * 1_024 * 1_024
    /// Bytes of a GraphQL answer; a larger one is replaced by an error.
    public var answerBytes = 8 * 1_024 * 1_024
    /// Bytes of answers that a client has not taken yet; with more of them no further request of it is begun.
    public var bufferedAnswerBytes = 1_024 * 1_024
    /// Bytes of an answer that a page handler may make.
    public var pageBytes = 32 * 1_024 * 1_024
    /// From connecting to the end of the first request's header.
    public var headTime = Duration.seconds(10)
    /// From the end of a request's header to the end of its body.
    public var bodyTime = Duration.seconds(30)
    /// From one answer to the end of the next request's header.
    public var idleTime = Duration.seconds(60)
    /// From the end of a request to its answer; then it is cancelled and answered 503.
    public var executionTime = Duration.seconds(30)
    /// How long a client may take to read an answer's last bytes.
    public var writeTime = Duration.seconds(60)
    /// How long a refused client's remaining bytes are read and thrown away, so that it can read why.
    public var lingerTime = Duration.seconds(2)
    /// How many of those bytes.
    public var lingerBytes = 4 * 1_024 * 1_024
    /// How long running requests and sockets may take to end when the server stops.
    public var drainTime = Duration.seconds(10)
    /// Answers smaller than this are not compressed.
    public var compressedFromBytes = 1_024
    /// Answers larger than this are compressed away from the event loop, which has other connections to serve.
    public var compressedInlineBytes = 64 * 1_024
    /// Bytes of one file of the web client; a larger one is not served.
    public var webFileBytes = 16 * 1_024 * 1_024
    /// Bytes of all files of the web client.
    public var webFolderBytes = 128 * 1_024 * 1_024
    /// Bytes of one WebSocket frame; a larger one closes the socket with 1009.
    public var webSocketFrameBytes = 1_024 * 1_024
    /// Bytes of one WebSocket message, all fragments together.
    public var webSocketMessageBytes = 1_024 * 1_024
    /// Operations at once on one WebSocket of GraphQL.
    public var socketOperations = 50
    /// From opening such a socket to the message that says who the client is.
    public var socketInitialisationTime = Duration.seconds(10)
    /// How often such a socket is asked for a sign of life; without one for as long it is closed.
    public var socketHeartbeat = Duration.seconds(30)
    /// How often a stream of server-sent events carries a comment.
    public var eventHeartbeat = Duration.seconds(15)
    /// Bytes that wait for a client that reads too slowly; more of them close the socket with 1013, or the stream.
    public var socketUnsentBytes = 1_024 * 1_024
    /// How long the other side may take to answer a WebSocket's closing.
    public var webSocketCloseTime = Duration.seconds(3)

    /// The defaults.
    public init() {}
}
