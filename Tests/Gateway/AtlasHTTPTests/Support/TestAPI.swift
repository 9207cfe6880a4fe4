import AtlasCore
import AtlasHTTP
import GraphQL
import NIOConcurrencyHelpers

@testable import AtlasGraphQL

/// A small schema that shows what the gateway hands over.
struct TestAPI: GraphQLAnswering {
    private let engine: Engine<AtlasGraphQL.RequestContext>
    /// Opens when `slow` starts, when it is cancelled, and to let it finish.
    let started: Gate
    let cancelled: Gate
    let release: Gate

    private static let sdl = """
        directive @cacheControl(maxAge: Int, scope: CacheScope, inheritMaxAge: Boolean) on FIELD_DEFINITION
        enum CacheScope { PUBLIC PRIVATE }
        type Query {
          kept(text: String! = "x"): String @cacheControl(maxAge: 60)
          mine: String @cacheControl(maxAge: 1000, scope: PRIVATE)
          hello: String! user: String address: String! device: String! requestID: String! refreshCookie: String
          echo(text: String!): String! text(length: Int!): String! failing: String later: String! slow: String!
        }
        type Mutation { bump: Int! signIn(token: String!): Boolean! signOut: Boolean! }
        type Subscription { ticks: Int! count(to: Int!): Int! forever: Int! }
        """

    init() throws {
        let (started, cancelled, release) = (Gate(), Gate(), Gate())
        var resolvers = Resolvers<AtlasGraphQL.RequestContext>()
        resolvers.query { fields in
            fields.field("hello") { _, _, _ in "world" }
            Self.bindKept(&fields)
            Self.bindContext(&fields)
            fields.field("echo") { _, arguments, _ in try arguments.string("text") }
            fields.field("text") { _, arguments, _ in String(repeating: "abc ", count: try arguments.int("length") / 4)
            }
            fields.field("failing") { _, _, _ -> String? in throw GraphQLError("It failed.", code: "CONFLICT") }
            fields.asyncField("later") { _, _, _ in
                await Task.detached { "later" }.value
            }
            fields.asyncField("slow") { _, _, _ in
                started.open()
                await withTaskCancellationHandler {
                    await release.wait()
                } onCancel: {
                    cancelled.open()
                    release.open()
                }
                return "done"
            }
        }
        resolvers.mutation { Self.bindMutations(&$0) }
        resolvers.subscription { fields in
            fields.field("ticks") { _, _ in AsyncStream<Int> { $0.finish() } }
            fields.field("count") { arguments, _ in
                let end = try arguments.int("to")
                return AsyncStream<Int> { continuation in
                    for number in 1...max(1, end) { continuation.yield(number) }
                    continuation.finish()
                }
            }
            fields.field("forever") { _, _ in
                AsyncStream<Int> { continuation in
                    continuation.yield(1)
                    started.open()
                    continuation.onTermination = { _ in cancelled.open() }
                }
            }
        }
        var options = EngineOptions<AtlasGraphQL.RequestContext>()
        options.trace = { $0.trace }
        options.incrementalDelivery = true
        engine = try Engine(
            sdl: Self.sdl,
            resolvers: resolvers,
            options: options
        )
        (self.started, self.cancelled, self.release) = (started, cancelled, release)
    }

    private static func bindMutations(_ fields: inout TypeResolvers<Void, AtlasGraphQL.RequestContext>) {
        fields.field("bump") { _, _, _ in 1 }
        fields.field("signIn") { _, arguments, context in
            context.setCookie(.set(try arguments.string("token"), life: .seconds(3_600)))
            return true
        }
        fields.field("signOut") { _, _, context in
            context.setCookie(.clear)
            return true
        }
    }

    /// What the gateway says of a request.
    private static func bindContext(_ fields: inout TypeResolvers<Void, AtlasGraphQL.RequestContext>) {
        fields.field("user") { _, _, context in context.caller.account?.user.rawValue }
        fields.field("address") { _, _, context in context.caller.address }
        fields.field("device") { _, _, context in context.device }
        fields.field("requestID") { _, _, context in context.requestID }
        fields.field("refreshCookie") { _, _, context in context.refreshCookie }
    }

    /// Fields whose answers may be kept.
    private static func bindKept(_ fields: inout TypeResolvers<Void, AtlasGraphQL.RequestContext>) {
        fields.field("kept") { _, arguments, _ in
            let text = try arguments.string("text")
            if text == "fail" { throw GraphQLError("It failed.", code: "CONFLICT") }
            return String(repeating: text, count: 10)
        }
        fields.field("mine") { _, _, context in context.caller.account?.user.rawValue }
    }

    func operationKind(of request: GraphQL.Request) -> OperationKind? { try? engine.operationKind(of: request) }

    func execute(
        _ request: GraphQL.Request,
        context: AtlasGraphQL.RequestContext,
        charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response {
        let response = await engine.execute(request, context: context)
        await charge(response.actualCost ?? 1)
        return response
    }

    func executeInParts(
        _ request: GraphQL.Request,
        context: AtlasGraphQL.RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async {
        await engine.executeInParts(request, context: context, deliver: deliver)
    }

    func subscribe(
        _ request: GraphQL.Request,
        context: AtlasGraphQL.RequestContext,
        charge: @Sendable (Int) async -> Void,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        var isCharged = false
        return await engine.subscribe(request, context: context) { response in
            if !isCharged { await charge(response.actualCost ?? 1) }
            isCharged = true
            return await deliver(response)
        }
    }

    /// `good` is a token of the user `ada`.
    static func account(_ token: String) throws -> Caller.Account {
        guard token == "good" else { throw AtlasError(.unauthenticated, "The access token has expired.") }
        return Caller.Account(user: UserID("ada"), role: .learner, session: SessionID("s1"))
    }
}

/// Closed at first; once open, it stays open.
final class Gate: Sendable {
    private let state = NIOLockedValueBox<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiters = state.withLockedValue { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLockedValue { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
