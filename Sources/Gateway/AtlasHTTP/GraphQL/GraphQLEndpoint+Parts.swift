import AtlasCore
import AtlasGraphQL
import GraphQL
import NIOHTTP1

/// What an answer in parts says, in this order: `begin`, any number of `part`, of which one is the last; or `cut`.
enum PartEvent: Sendable {
    /// The status and headers; the body has yet to come.
    case begin(Answer)
    case part([UInt8], isLast: Bool)
    /// Nothing more can be sent, although something is missing.
    case cut
}

/// Responses in several parts, as `multipart/mixed`.
///
/// A client whose `Accept` does not name that type gets one response, as if it had not asked for parts; so does one that
/// names it with `deferSpec`, which stands for the format of 2022 that only older clients read. There is one format.
/// Source: GraphQL over HTTP, proposal "Incremental Delivery over HTTP".
extension GraphQLEndpoint {
    /// What separates the parts.
    static let boundary = "-"

    /// How the results of a request are to be delivered.
    enum Delivery {
        case whole, events, parts
    }

    /// How the client wants the results; server-sent events if it likes both kinds of streams.
    static func delivery(_ headers: HTTPHeaders) -> Delivery {
        var delivery = Delivery.whole
        for text in headers["accept"] where text != "*/*" && text != "application/json" {
            let text = text.lowercased()
            if text.contains("text/event-stream") { return .events }
            if text.contains("multipart/mixed") { delivery = .parts }
        }
        guard delivery == .parts else { return delivery }
        let isReadable = AcceptedValue.list(headers, "accept").contains { accepted in
            accepted.value == "multipart/mixed" && accepted.weight > 0
                && !accepted.parameters.contains { $0.hasPrefix("deferspec=") }
        }
        return isReadable ? .parts : .whole
    }

    /// Answers a request of a client that takes parts.
    ///
    /// - Parameter deliver: Takes the events; after `false` nothing more is wanted.
    /// - Returns: The answer when it is not in parts, else `nil`.
    func answer(
        _ request: IncomingRequest,
        inParts deliver: @escaping @Sendable (PartEvent) async -> Bool
    ) async -> Answer? {
        let mediaType = try? GraphQLMediaType.negotiated(request.headers)
        guard request.method == .POST || request.method == .GET, mediaType == nil || mayHaveParts(request) else {
            return await answer(request)
        }
        var user: String?
        do throws(GraphQLRefusal) {
            if request.method == .POST { try Self.checkContentType(request) } else { try Self.checkPreflight(request) }
            let caller = try await caller(request)
            user = caller.account?.user.rawValue
            return try await execute(request, as: caller, mediaType, deliver)
        } catch {
            var answer = error.answer(as: mediaType ?? .json)
            answer.user = user
            return answer
        }
    }

    /// Whether the document may use the directives that make parts; most do not, and are answered as ever.
    private func mayHaveParts(_ request: IncomingRequest) -> Bool {
        guard case .one(let operation)? = try? GraphQLParameters.read(request, limits: configuration.limits),
            let document = try? documents.request(operation).query
        else { return false }
        return document.contains("defer") || document.contains("stream")
    }

    private func execute(
        _ request: IncomingRequest,
        as caller: Caller,
        _ mediaType: GraphQLMediaType?,
        _ deliver: @escaping @Sendable (PartEvent) async -> Bool
    ) async throws(GraphQLRefusal) -> Answer? {
        let quota = try await admit(caller, request, count: 1)
        guard case .one(let operation) = try GraphQLParameters.read(request, limits: configuration.limits) else {
            throw GraphQLRefusal(.badRequest, "A batch is not answered in parts.", code: .invalid)
        }
        let asked = try documents.request(operation)
        if request.method == .GET { try checkKind(asked) }
        let cookie = Cookies.refreshToken(request.headers)
        if cookie != nil, request.method == .POST { try Self.checkOrigin(request) }
        let trace = parts.tracing?.begin(request)
        let context = RequestContext(
            caller: caller,
            device: String((request.headers.first(name: "user-agent") ?? "").prefix(120)),
            requestID: request.id,
            refreshCookie: cookie,
            trace: trace
        )
        var whole: GraphQL.Response?
        var bytes = 0
        var hasFailed = false
        await parts.graphQL.executeInParts(asked, context: context) { response in
            if bytes == 0 {
                await parts.charge(caller, request.address, response.cost ?? 1)
                guard response.hasNext || mediaType == nil else {
                    whole = response
                    return false
                }
                guard await deliver(.begin(complete(Answer(.ok), context, request, quota))) else { return false }
            }
            bytes += response.body.count
            hasFailed = hasFailed || response.hasErrors
            guard bytes <= configuration.limits.answerBytes else { return await deliver(.cut) }
            return await deliver(.part(response.body, isLast: !response.hasNext))
        }
        if let trace {
            let name = "\(request.method.rawValue) /graphql"
            parts.tracing?.end(trace, named: name, requestID: request.id, failed: hasFailed)
        }
        guard let whole, let mediaType else { return nil }
        return complete(finished(whole, operation, mediaType), context, request, quota)
    }

    /// The answer with everything that does not depend on the result.
    private func complete(
        _ answer: Answer,
        _ context: RequestContext,
        _ request: IncomingRequest,
        _ quota: RateQuota?
    ) -> Answer {
        var answer = answer
        answer.user = context.caller.account?.user.rawValue
        if answer.headers.isEmpty { answer.headers = GraphQLRefusal.cacheHeaders }
        if let change = context.cookieChange {
            answer.headers += Cookies.headers(change, isSecure: configuration.isSecure || request.isSecure)
        }
        if let quota { answer.headers += Self.headers(quota) }
        return answer
    }
}
