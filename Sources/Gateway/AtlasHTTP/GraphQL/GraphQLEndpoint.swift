import AtlasCore
import AtlasGraphQL
import GraphQL
import Logging
import NIOCore
import NIOHTTP1

/// `/graphql`.
///
/// Source: GraphQL over HTTP, draft of 2026; statuses as its published audits want them unless configured otherwise.
struct GraphQLEndpoint: Sendable {
    let parts: ServerParts
    let configuration: ServerConfiguration
    let documents: PersistedDocuments

    /// Answers one request, whatever is wrong with it.
    func answer(_ request: IncomingRequest) async -> Answer {
        guard let tracing = parts.tracing, let trace = tracing.begin(request) else { return await answer(request, nil) }
        var answer = await answer(request, trace)
        tracing.end(trace, request, &answer)
        return answer
    }

    private func answer(_ request: IncomingRequest, _ trace: RequestTrace?) async -> Answer {
        do throws(GraphQLRefusal) {
            return try await execute(request, trace)
        } catch {
            return error.answer()
        }
    }

    private func execute(
        _ request: IncomingRequest,
        _ trace: RequestTrace?
    ) async throws(GraphQLRefusal) -> Answer {
        guard request.method == .POST || request.method == .GET else { return Self.wrongMethod(request.method) }
        let mediaType: GraphQLMediaType =
            try request.known.contains(.accept) ? .negotiated(request.headers) : .json
        var user: String?
        var answer: Answer
        do throws(GraphQLRefusal) {
            if request.method == .POST { try Self.checkContentType(request) } else { try Self.checkPreflight(request) }
            let caller = try await caller(request)
            user = caller.account?.user.rawValue
            answer = try await execute(request, as: caller, mediaType, trace)
        } catch {
            answer = error.answer(as: mediaType)
        }
        answer.user = user
        return answer
    }

    private func execute(
        _ request: IncomingRequest,
        as caller: Caller,
        _ mediaType: GraphQLMediaType,
        _ trace: RequestTrace?
    ) async throws(GraphQLRefusal) -> Answer {
        let quota = try await admit(caller, request, count: 1)
        let body = try GraphQLParameters.read(request, limits: configuration.limits)
        let cookie = request.known.contains(.cookie) ? Cookies.refreshToken(request.headers) : nil
        if cookie != nil, request.method == .POST { try Self.checkOrigin(request) }
        let context = RequestContext(
            caller: caller,
            device: String((request.headers.first(name: "user-agent") ?? "").prefix(120)),
            requestID: request.id,
            refreshCookie: cookie,
            trace: trace
        )
        var answer: Answer
        switch body {
        case .one(let operation):
            let asked = try documents.request(operation)
            if request.method == .GET { try checkKind(asked) }
            let response = await parts.graphQL.execute(asked, context: context) { [parts] cost in
                await parts.charge(caller, request.address, cost)
            }
            answer = finished(response, operation, mediaType)
            Self.addCaching(to: &answer, response, request, caller)
        case .batch(let operations):
            if operations.count > 1 { _ = try await admit(caller, request, count: operations.count - 1) }
            answer = await answerBatch(operations, context, request, mediaType)
        }
        if let change = context.cookieChange {
            answer.headers += Cookies.headers(change, isSecure: configuration.isSecure || request.isSecure)
        }
        if let quota { answer.headers += Self.headers(quota) }
        return answer
    }

    /// Executes the operations one after the other, so that mutations keep their order; each has its own answer.
    private func answerBatch(
        _ operations: [GraphQLOperation],
        _ context: RequestContext,
        _ request: IncomingRequest,
        _ mediaType: GraphQLMediaType
    ) async -> Answer {
        var bytes: [UInt8] = [UInt8(ascii: "[")]
        for (index, operation) in operations.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            do throws(GraphQLRefusal) {
                let asked = try documents.request(operation)
                let response = await parts.graphQL.execute(asked, context: context) { [parts] cost in
                    await parts.charge(context.caller, request.address, cost)
                }
                bytes += Self.body(response, operation)
            } catch {
                bytes += error.body
            }
            if bytes.count > configuration.limits.answerBytes { break }
        }
        guard bytes.count < configuration.limits.answerBytes else { return tooLarge(mediaType) }
        var answer = Answer.json(.ok, bytes + [UInt8(ascii: "]")])
        answer.contentType = mediaType.contentType
        answer.headers = GraphQLRefusal.cacheHeaders
        return answer
    }

    /// The response, with what the operation costs if the client asked.
    private static func body(_ response: GraphQL.Response, _ operation: GraphQLOperation) -> [UInt8] {
        guard operation.wantsCost, let cost = response.cost, response.body.last == UInt8(ascii: "}") else {
            return response.body
        }
        let actual = response.actualCost.map { ",\"actual\":\($0)" } ?? ""
        return response.body.dropLast() + Array(",\"extensions\":{\"cost\":{\"requested\":\(cost)\(actual)}}}".utf8)
    }

    /// Source: RateLimit header fields for HTTP, draft-ietf-httpapi-ratelimit-headers-10.
    static func headers(_ quota: RateQuota) -> [(name: String, value: String)] {
        [
            ("ratelimit-policy", "\"requests\";q=\(quota.limit);w=\(quota.window.components.seconds)"),
            ("ratelimit", "\"requests\";r=\(quota.remaining);t=\(quota.reset.wholeSeconds)"),
        ]
    }

    func finished(
        _ response: GraphQL.Response,
        _ operation: GraphQLOperation,
        _ mediaType: GraphQLMediaType
    ) -> Answer {
        guard response.body.count <= configuration.limits.answerBytes else { return tooLarge(mediaType) }
        var answer = Answer(status(response, mediaType))
        answer.contentType = mediaType.contentType
        answer.body = .bytes(Self.body(response, operation))
        answer.isCompressible = true
        answer.headers = GraphQLRefusal.cacheHeaders
        return answer
    }

    private func tooLarge(_ mediaType: GraphQLMediaType) -> Answer {
        let error: HTTPResponseStatus = mediaType == .response ? .badRequest : .ok
        let status = configuration.draftStatusCodes ? .unprocessableEntity : error
        let message = "The answer is too large; ask for fewer fields or items."
        return GraphQLRefusal(status, message, code: .tooMany).answer(as: mediaType)
    }

    private func status(_ response: GraphQL.Response, _ mediaType: GraphQLMediaType) -> HTTPResponseStatus {
        if configuration.draftStatusCodes {
            if response.isRequestError { return response.operationKind == nil ? .badRequest : .unprocessableEntity }
            return response.hasErrors && mediaType == .response
                ? .custom(code: 294, reasonPhrase: "Partial Success") : .ok
        }
        return response.isRequestError && mediaType == .response ? .badRequest : .ok
    }

    // MARK: Event streams

    /// Follows an operation; the first event says whether there is a stream at all.
    ///
    /// Source: graphql-sse, distinct connections mode.
    func follow(_ request: IncomingRequest, _ deliver: @escaping @Sendable (StreamEvent) async -> Bool) async {
        do throws(GraphQLRefusal) {
            let (caller, operation) = try await following(request)
            guard await deliver(.begin(user: caller.account?.user.rawValue)) else { return }
            var check: (@Sendable () async -> Caller?)?
            if caller.account != nil { check = { try? await self.caller(request) } }
            let run = FollowedOperation(
                parts: parts,
                caller: caller,
                client: GraphQLClient(
                    address: request.address,
                    device: String((request.headers.first(name: "user-agent") ?? "").prefix(120)),
                    requestID: request.id,
                    traceName: "\(request.method.rawValue) /graphql",
                    traceParent: request.single("traceparent").flatMap { TraceParent($0) }
                ),
                check: check
            )
            await run.follow(admitted: operation, documents) { event in
                switch event {
                case .next(let response): return await deliver(.next(response.body))
                case .finished(let refusal):
                    if let refusal { _ = await deliver(.next(refusal.body)) }
                    return await deliver(.complete)
                case .sessionEnded: return await deliver(.complete)
                }
            }
        } catch {
            _ = await deliver(.refuse(error.answer()))
        }
    }

    private func following(_ request: IncomingRequest) async throws(GraphQLRefusal) -> (Caller, GraphQLOperation) {
        switch request.method {
        case .POST: try Self.checkContentType(request)
        case .GET: try Self.checkOrigin(request)
        default:
            throw GraphQLRefusal(
                .methodNotAllowed,
                "Use POST or GET.",
                code: .invalid,
                headers: [("allow", "GET, POST")]
            )
        }
        let caller = try await caller(request)
        // What follows may have to read and validate a document.
        _ = try await admit(caller, request, count: 1)
        guard case .one(let operation) = try GraphQLParameters.read(request, limits: configuration.limits) else {
            throw GraphQLRefusal(.badRequest, "An event stream carries one operation, not a batch.", code: .invalid)
        }
        if request.method == .GET, parts.graphQL.operationKind(of: try documents.request(operation)) == .mutation {
            throw GraphQLRefusal(
                .methodNotAllowed,
                "Mutations need POST.",
                code: .invalid,
                headers: [("allow", "POST")]
            )
        }
        return (caller, operation)
    }

    // MARK: Who asks

    /// The caller.
    ///
    /// A request that carries credentials is never taken for a visitor's.
    func caller(
        _ request: IncomingRequest
    ) async throws(GraphQLRefusal) -> Caller {
        guard request.known.contains(.authorization) else { return Caller(address: request.address) }
        let values = request.headers["authorization"]
        guard let value = values.first else { return Caller(address: request.address) }
        guard values.count == 1, let token = Self.bearerToken(value) else {
            throw .unauthenticated("The Authorization header is not \"Bearer TOKEN\".")
        }
        do {
            return Caller(account: try await parts.authenticate(token), address: request.address)
        } catch {
            let visitor = Caller(address: request.address)
            _ = try await admit(visitor, request, count: 1)
            let known = error as? AtlasError
            guard known == nil || known?.code != .unauthenticated else {
                throw .unauthenticated(known?.message ?? "The access token is not valid.")
            }
            parts.logger.error("authentication failed", metadata: ["id": "\(request.id)", "error": "\(error)"])
            throw GraphQLRefusal(
                .serviceUnavailable,
                "The access token cannot be checked just now.",
                code: .unavailable
            )
        }
    }

    private static func bearerToken(_ value: String) -> String? {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].trimmed
        return token.isEmpty ? nil : String(token)
    }

    func admit(
        _ caller: Caller,
        _ request: IncomingRequest,
        count: Int
    ) async throws(GraphQLRefusal) -> RateQuota? {
        switch await parts.admit(caller, request.address, count) {
        case .admit(let quota): return quota
        case .refuse(let wait): throw .tooMany(retryAfter: wait)
        }
    }

    // MARK: What may be asked how

    func checkKind(_ operation: GraphQL.Request) throws(GraphQLRefusal) {
        switch parts.graphQL.operationKind(of: operation) {
        case .query, nil: return
        case .mutation:
            throw GraphQLRefusal(
                .methodNotAllowed,
                "Mutations need POST.",
                code: .invalid,
                headers: [("allow", "POST")]
            )
        case .subscription:
            throw GraphQLRefusal(
                .methodNotAllowed,
                "Subscriptions need a WebSocket.",
                code: .invalid,
                headers: [("allow", "POST")]
            )
        }
    }

    /// A page of another site can make a browser send a form or plain text, but not JSON without asking us first.
    static func checkContentType(_ request: IncomingRequest) throws(GraphQLRefusal) {
        guard let text = request.single("content-type") else {
            throw GraphQLRefusal(.unsupportedMediaType, "Send the request as application/json.", code: .invalid)
        }
        if text == "application/json" { return }
        let type = MediaType(text)
        guard type.essence == "application/json" else {
            throw GraphQLRefusal(.unsupportedMediaType, "Send the request as application/json.", code: .invalid)
        }
        guard type.charsets.allSatisfy({ $0 == "utf-8" || $0 == "utf8" }) else {
            throw GraphQLRefusal(.unsupportedMediaType, "Send the request in UTF-8.", code: .invalid)
        }
    }

    /// A link or image on another site can make a browser send a GET, but not with one of these headers.
    static func checkPreflight(_ request: IncomingRequest) throws(GraphQLRefusal) {
        let headers = ["graphql-require-preflight", "x-apollo-operation-name", "apollo-require-preflight"]
        if headers.contains(where: { request.headers.contains(name: $0) }) { return }
        if request.headers["accept"].contains(where: { $0.lowercased().contains("application/graphql-response+json") })
        {
            return
        }
        throw GraphQLRefusal(
            .badRequest,
            "A GET needs the header GraphQL-Require-Preflight, or to accept application/graphql-response+json.",
            code: .invalid
        )
    }

    static func checkOrigin(_ request: IncomingRequest) throws(GraphQLRefusal) {
        guard Origin.isOurs(request.headers) else {
            throw GraphQLRefusal(.forbidden, "This is for pages of this site only.", code: .forbidden)
        }
    }

    private static func wrongMethod(_ method: HTTPMethod) -> Answer {
        guard method != .OPTIONS else {
            var answer = Answer(.noContent)
            answer.headers = [("allow", "GET, POST")]
            return answer
        }
        return GraphQLRefusal(
            .methodNotAllowed,
            "Use POST, or GET for queries.",
            code: .invalid,
            headers: [("allow", "GET, POST")]
        )
        .answer()
    }

    // MARK: Refusals of the connection

    /// A GraphQL error for what the connection refuses before the endpoint sees it.
    static func refusal(_ status: HTTPResponseStatus, _ message: String, code: AtlasError.Code) -> Answer {
        GraphQLRefusal(status, message, code: code).answer()
    }

    /// The code that goes with a status of the connection.
    static func code(_ status: HTTPResponseStatus) -> AtlasError.Code {
        status.code >= 500 ? .unavailable : .invalid
    }
}
