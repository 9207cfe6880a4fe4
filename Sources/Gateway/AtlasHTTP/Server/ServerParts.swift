public import AtlasCore
public import AtlasGraphQL
public import GraphQL
public import Logging

/// What the gateway needs of a GraphQL engine.
public protocol GraphQLAnswering: Sendable {
    /// What kind of operation a request asks for; `nil` if the request has an error, which `execute` then reports.
    func operationKind(of request: GraphQL.Request) -> OperationKind?

    /// Executes a request, or refuses it. A subscription is refused.
    func execute(_ request: GraphQL.Request, context: RequestContext) async -> GraphQL.Response

    /// Follows a subscription until its source ends, `deliver` answers `false` or the task is cancelled; executes
    /// another operation and delivers its one response.
    ///
    /// - Returns: The response that refuses the request, or `nil`.
    func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response?
}

/// How many more requests a client may send.
public struct RateQuota: Sendable, Equatable {
    /// Requests per window.
    public var limit: Int
    /// What is left of them.
    public var remaining: Int
    /// The window's length.
    public var window: Duration
    /// Until all that was used by now counts no more.
    public var reset: Duration

    /// A quota.
    public init(limit: Int, remaining: Int, window: Duration, reset: Duration) {
        self.limit = limit
        self.remaining = remaining
        self.window = window
        self.reset = reset
    }
}

/// What a rate limit says to further requests.
public enum RateDecision: Sendable, Equatable {
    /// They may pass; the client is told its quota.
    case admit(RateQuota?)
    /// They are too many; others may come after this time.
    case refuse(retryAfter: Duration)
}

/// What the server serves.
public struct ServerParts: Sendable {
    /// Answers `/graphql`.
    public var graphQL: any GraphQLAnswering
    /// The account behind an access token; throws for one that is expired or forged.
    public var authenticate: @Sendable (_ accessToken: String) async throws -> Caller.Account
    /// Asked before `count` GraphQL operations of one request are executed.
    public var admit: @Sendable (_ caller: Caller, _ address: String, _ count: Int) async -> RateDecision
    /// Told afterwards what they cost.
    public var charge: @Sendable (_ caller: Caller, _ address: String, _ cost: Int) async -> Void
    /// The content of pages.
    public var pages: any PageSource
    /// Why the server cannot work just now, one line each; empty when it can.
    ///
    /// Answers `/health/ready`.
    public var problems: @Sendable () async -> [String]
    /// Who accepts WebSockets, by path.
    public var webSockets: [String: any WebSocketAcceptor]
    /// Where requests and failures are logged.
    public var logger: Logger

    /// The parts; what is not given admits everybody, has no problems and accepts no WebSockets.
    public init(
        graphQL: any GraphQLAnswering,
        authenticate: @escaping @Sendable (_ accessToken: String) async throws -> Caller.Account,
        admit: @escaping @Sendable (_ caller: Caller, _ address: String, _ count: Int) async -> RateDecision = {
            _,
            _,
            _ in
            .admit(nil)
        },
        charge: @escaping @Sendable (_ caller: Caller, _ address: String, _ cost: Int) async -> Void = { _, _, _ in },
        pages: any PageSource,
        problems: @escaping @Sendable () async -> [String] = { [] },
        webSockets: [String: any WebSocketAcceptor] = [:],
        logger: Logger
    ) {
        self.graphQL = graphQL
        self.authenticate = authenticate
        self.admit = admit
        self.charge = charge
        self.pages = pages
        self.problems = problems
        self.webSockets = webSockets
        self.logger = logger
    }
}
