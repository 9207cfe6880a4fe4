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
}

/// What a rate limit says to one more request.
public enum RateDecision: Sendable, Equatable {
    /// It may pass.
    case admit
    /// It is one too many; another may come after this time.
    case refuse(retryAfter: Duration)
}

/// What the server serves.
public struct ServerParts: Sendable {
    /// Answers `/graphql`.
    public var graphQL: any GraphQLAnswering
    /// The account behind an access token; throws for one that is expired or forged.
    public var authenticate: @Sendable (_ accessToken: String) async throws -> Caller.Account
    /// Asked once for every GraphQL request.
    public var admit: @Sendable (_ caller: Caller, _ address: String) async -> RateDecision
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
        admit: @escaping @Sendable (_ caller: Caller, _ address: String) async -> RateDecision = { _, _ in .admit },
        pages: any PageSource,
        problems: @escaping @Sendable () async -> [String] = { [] },
        webSockets: [String: any WebSocketAcceptor] = [:],
        logger: Logger
    ) {
        self.graphQL = graphQL
        self.authenticate = authenticate
        self.admit = admit
        self.pages = pages
        self.problems = problems
        self.webSockets = webSockets
        self.logger = logger
    }
}
