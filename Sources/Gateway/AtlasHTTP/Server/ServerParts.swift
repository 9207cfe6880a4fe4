public import AtlasCore
public import AtlasGraphQL
public import GraphQL
public import Logging

/// What the gateway needs of a GraphQL engine.
public protocol GraphQLAnswering: Sendable {
    /// What kind of operation a request asks for; `nil` if the request has an error, which `execute` then reports.
    func operationKind(of request: GraphQL.Request) -> OperationKind?

    /// Executes a request, or refuses it. A subscription is refused.
    ///
    /// - Parameter charge: Told what the request costs before it runs, and after it what it cost more or, negative, less.
    func execute(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response

    /// Executes a request as `execute` does and delivers its response, in parts if the document asks for them.
    ///
    /// - Parameter deliver: Takes the parts in order; after `false` nothing more is made.
    func executeInParts(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async

    /// Follows a subscription until its source ends, `deliver` answers `false` or the task is cancelled; executes
    /// another operation and delivers its response, in parts if the document asks for them.
    ///
    /// - Parameter charge: As in `execute`; a subscription costs what its first response did.
    /// - Returns: The response that refuses the request, or `nil`.
    func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void,
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
    /// Told what they cost; afterwards, with a negative cost, what they cost less than it seemed before.
    public var charge: @Sendable (_ caller: Caller, _ address: String, _ cost: Int) async -> Void
    /// The content of pages.
    public var pages: any PageSource
    /// Reports as files; `nil` for none.
    public var reports: ReportFiles?
    /// Why the server cannot work just now, one line each; empty when it can.
    ///
    /// Answers `/health/ready`.
    public var problems: @Sendable () async -> [String]
    /// Who accepts WebSockets, by path.
    public var webSockets: [String: any WebSocketAcceptor]
    /// The endpoints of Engine.IO, each at its own path.
    public var engines: [EngineIOServer]
    /// What `/metrics` tells besides the server's own; asked each time.
    public var metrics: @Sendable () async -> [Metric]
    /// Which GraphQL requests are traced; `nil` for none.
    public var tracing: Tracing?
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
        reports: ReportFiles? = nil,
        problems: @escaping @Sendable () async -> [String] = { [] },
        webSockets: [String: any WebSocketAcceptor] = [:],
        engines: [EngineIOServer] = [],
        metrics: @escaping @Sendable () async -> [Metric] = { [] },
        tracing: Tracing? = nil,
        logger: Logger
    ) {
        self.graphQL = graphQL
        self.authenticate = authenticate
        self.admit = admit
        self.charge = charge
        self.pages = pages
        self.reports = reports
        self.problems = problems
        self.webSockets = webSockets
        self.engines = engines
        self.metrics = metrics
        self.tracing = tracing
        self.logger = logger
    }
}
