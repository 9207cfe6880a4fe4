import AtlasCore
import Logging
import NIOCore
import NIOHTTP1

/// What all connections share; it never changes.
final class ServerCore: Sendable {
    let configuration: ServerConfiguration
    let limits: HTTPLimits
    let parts: ServerParts
    let graphQL: GraphQLEndpoint
    let site: Site
    let uploads: ReportUpload?
    private let uploadPlaces: UploadPlaces
    let loops = LoopStates()
    private let engines: [String: EngineIOServer]
    private let clientAddress: ClientAddress
    let metrics = ServerMetrics()
    private let metricsEndpoint: MetricsEndpoint
    let securityBlock: [UInt8]
    /// The logger's handler, if it is our own.
    private let jsonLog: JSONLogHandler?

    init(_ configuration: ServerConfiguration, _ parts: ServerParts) throws {
        self.configuration = configuration
        let documents = PersistedDocuments(
            allowed: configuration.allowedDocuments,
            limitBytes: configuration.limits.persistedDocumentBytes
        )
        metricsEndpoint = try MetricsEndpoint(configuration)
        var parts = parts
        parts.graphQL = CountedGraphQL(engine: parts.graphQL, metrics: metrics)
        if parts.webSockets["/graphql"] == nil {
            parts.webSockets["/graphql"] = GraphQLSocketAcceptor(
                parts: parts,
                documents: documents,
                limits: configuration.limits
            )
        }
        self.parts = parts
        limits = configuration.limits
        engines = Dictionary(parts.engines.map { ($0.options.path, $0) }) { first, _ in first }
        clientAddress = try ClientAddress(trustedProxies: configuration.trustedProxies)
        jsonLog = parts.logger.handler as? JSONLogHandler
        securityBlock = SecurityHeaders.block(isSecure: configuration.isSecure)
        graphQL = GraphQLEndpoint(parts: parts, configuration: configuration, documents: documents)
        uploads = parts.reports.map { ReportUpload(endpoint: ReportEndpoint(files: $0, parts: parts)) }
        uploadPlaces = UploadPlaces(count: configuration.limits.uploads)
        site = Site(parts: parts, configuration: configuration)
    }

    // MARK: Requests

    /// Begins an exchange: gives it an id, finds its client, and decides who answers it.
    ///
    /// - Parameter peer: The address of the other end of the socket.
    func exchange(_ head: HTTPRequestHead, peer: String, loop: LoopState) -> Exchange {
        let (known, target) = (HeaderSet(head.headers), head.target)
        let exchange = Exchange(
            head,
            known,
            id: (known.contains(.requestID) ? RequestID.accepted(head.headers) : nil) ?? loop.requestID(),
            route: route(head, known, target.path),
            target: target,
            client: clientAddress.resolve(peer: peer, head.headers)
        )
        // The decoder reads nothing more after a request that asks for another protocol.
        if head.method == .CONNECT || known.contains(.upgrade) { exchange.keepsConnection = false }
        return exchange
    }

    private func route(_ head: HTTPRequestHead, _ known: HeaderSet, _ path: Substring) -> Route {
        if head.uri.utf8.count > limits.headerFieldBytes { return .refused(.uriTooLong) }
        // Source: RFC 9112, "Request Target": one Host in HTTP/1.1, or 400.
        if known.contains(.hosts) || (!known.contains(.host) && head.version != .http1_0) {
            return .refused(.badRequest)
        }
        guard path.utf8.first == UInt8(ascii: "/") else { return .refused(.badRequest) }
        if let engine = engines[String(path)] { return .engine(engine) }
        if known.contains(.upgrade), head.method == .GET,
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" })
        {
            return .webSocket
        }
        if configuration.isDevelopment, path == "/graphql", GraphQLPage.isWanted(head) { return .site }
        return plainRoute(path, head.method)
    }

    /// Whether `/metrics` exists for whoever asks.
    func admitsMetrics(_ exchange: Exchange) -> Bool {
        metricsEndpoint.admits(exchange.head.headers, address: exchange.address)
    }

    /// Who answers a request that wants no other protocol.
    func plainRoute(_ path: Substring, _ method: HTTPMethod) -> Route {
        let reads = method == .GET || method == .HEAD
        return switch path {
        case "/graphql": .graphQL
        case "/health/live" where reads: .live
        case "/health/ready" where reads: .ready
        case "/metrics" where reads: .metrics
        case ReportUpload.path where method == .POST && uploads != nil: .upload
        default: .site
        }
    }

    /// The most bytes of a body on a route.
    func bodyLimit(_ route: Route) -> Int {
        switch route {
        case .graphQL: limits.graphQLBodyBytes
        case .engine(let server): server.options.maxPayload
        case .upload: limits.uploadBytes
        default: limits.otherBodyBytes
        }
    }

    // MARK: Uploads

    /// Gives an upload a place before its body is read.
    ///
    /// - Returns: Why it is refused; `nil` if it may come. Whose it is is found out later, but who does not even say so sends
    ///   nothing.
    func admitUpload(_ exchange: Exchange) -> Answer? {
        guard ReportUpload.hasToken(exchange.head.headers) else { return ReportUpload.unauthenticated }
        guard let place = uploadPlaces.take() else {
            var answer = Answer.text(.serviceUnavailable, "Others are just uploading. Try again in a moment.")
            answer.headers = [("retry-after", "5")]
            return answer
        }
        exchange.uploadPlace = place
        return nil
    }

    // MARK: Refusals

    /// The answer to a request that the server itself refuses: a GraphQL error for `/graphql`, else plain text.
    func refusal(_ status: HTTPResponseStatus, _ exchange: Exchange) -> Answer {
        guard case .graphQL = exchange.route else { return .text(status, Self.words(status)) }
        return GraphQLEndpoint.refusal(status, Self.words(status), code: GraphQLEndpoint.code(status))
    }

    /// The answer to a WebSocket handshake with a wrong key or version.
    func badHandshake(_ exchange: Exchange) -> Answer {
        var answer = Answer.text(.upgradeRequired, "Only WebSocket version 13 is spoken here.")
        answer.headers = [("sec-websocket-version", "13")]
        return answer
    }

    private static func words(_ status: HTTPResponseStatus) -> String {
        switch status {
        case .payloadTooLarge: "The request's body is too large."
        case .requestHeaderFieldsTooLarge: "The request's header is too large."
        case .uriTooLong: "The request's address is too long."
        case .requestTimeout: "The request took too long to arrive."
        case .serviceUnavailable: "The request took too long to answer."
        case .badRequest: "The request is not valid HTTP."
        case .httpVersionNotSupported: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        default: status.reasonPhrase
        }
    }

    // MARK: Responses

    /// A whole response as bytes.
    func encode(
        _ answer: Answer,
        to exchange: Exchange,
        keepsConnection: Bool,
        loop: LoopState,
        allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        let (body, encoding) = compressed(answer, for: exchange)
        let isHead = exchange.head.method == .HEAD
        var head = ResponseHead(answer.status, room: isHead ? 0 : body.count, allocator: allocator)
        head.block(securityBlock)
        head.block(loop.dateHeader())
        head.header("x-request-id", exchange.id)
        if let type = answer.contentType { head.header("content-type", type) }
        for header in answer.headers { head.header(header.name, header.value) }
        if answer.isCompressible { head.header("vary", "accept-encoding") }
        if let encoding { head.header("content-encoding", encoding) }
        if let tag = answer.entityTag { head.header("etag", encoding == nil ? tag.plain : tag.gzip) }
        if answer.status.mayHaveResponseBody { head.contentLength(body.count) }
        if !keepsConnection {
            head.header("connection", "close")
        } else if exchange.head.version == .http1_0 {
            head.header("connection", "keep-alive")
        }
        return head.finish(isHead || !answer.status.mayHaveResponseBody ? .none : body)
    }

    /// The head of a 101 response.
    func encodeSwitch(
        _ exchange: Exchange,
        _ headers: HTTPHeaders,
        loop: LoopState,
        allocator: ByteBufferAllocator
    ) -> ByteBuffer {
        var head = ResponseHead(.switchingProtocols, room: 0, allocator: allocator)
        head.block(loop.dateHeader())
        head.header("x-request-id", exchange.id)
        for (name, value) in headers { head.header(name, value) }
        return head.finish(.none)
    }

    /// An answer whose body is compressed, if it is so large that doing it on the event loop would hold up others.
    func packed(_ answer: Answer, for headers: HTTPHeaders) async -> Answer {
        guard answer.body.count > limits.compressedInlineBytes, mayCompress(answer, for: headers) else { return answer }
        var packed = answer
        let bytes = await Gzip.compressAside(answer.body)
        packed.packing = bytes == nil ? .plain : .gzip
        if let bytes { packed.body = .bytes(bytes) }
        return packed
    }

    private func compressed(_ answer: Answer, for exchange: Exchange) -> (body: Answer.Body, encoding: StaticString?) {
        switch answer.packing {
        case .gzip: return (answer.body, "gzip")
        case .plain: return (answer.body, nil)
        case .notYet:
            guard mayCompress(answer, for: exchange.head.headers) else { return (answer.body, nil) }
            return Gzip.compress(answer.body).map { (.bytes($0), "gzip") } ?? (answer.body, nil)
        }
    }

    private func mayCompress(_ answer: Answer, for headers: HTTPHeaders) -> Bool {
        answer.isCompressible && answer.body.count >= limits.compressedFromBytes && AcceptEncoding.allowsGzip(headers)
    }

    /// Logs one request; as an error if it is one of ours.
    func log(_ answer: Answer, to exchange: Exchange, bytes: Int) {
        let time = NIODeadline.now() - exchange.start
        metrics.request(exchange.route, answer.status, time)
        let level: Logger.Level = answer.status.code >= 500 ? .error : .info
        guard level >= parts.logger.logLevel else { return }
        let record = RequestRecord(
            id: exchange.id,
            method: exchange.head.method.rawValue,
            path: exchange.path,
            status: answer.status.code,
            microseconds: time.nanoseconds / 1_000,
            bytes: bytes,
            address: exchange.address,
            user: answer.user
        )
        if let jsonLog {
            jsonLog.log(record, level: level)
        } else {
            parts.logger.log(level: level, "request", metadata: record.metadata)
        }
    }
}
