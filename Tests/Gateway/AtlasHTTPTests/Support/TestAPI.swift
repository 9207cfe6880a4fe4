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

    init() throws {
        let (started, cancelled, release) = (Gate(), Gate(), Gate())
        var resolvers = Resolvers<AtlasGraphQL.RequestContext>()
        resolvers.query { fields in
            fields.field("hello") { _, _, _ in "world" }
            fields.field("user") { _, _, context in context.caller.account?.user.rawValue }
            fields.field("address") { _, _, context in context.caller.address }
            fields.field("device") { _, _, context in context.device }
            fields.field("requestID") { _, _, context in context.requestID }
            fields.field("refreshCookie") { _, _, context in context.refreshCookie }
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
        resolvers.mutation { fields in
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
        engine = try Engine(
            sdl: """
                type Query {
                  hello: String! user: String address: String! device: String! requestID: String! refreshCookie: String
                  echo(text: String!): String! text(length: Int!): String! failing: String later: String! slow: String!
                }
                type Mutation { bump: Int! signIn(token: String!): Boolean! signOut: Boolean! }
                type Subscription { ticks: Int! count(to: Int!): Int! forever: Int! }
                """,
            resolvers: resolvers
        )
        (self.started, self.cancelled, self.release) = (started, cancelled, release)
    }

    func operationKind(of request: GraphQL.Request) -> OperationKind? { try? engine.operationKind(of: request) }

    func execute(_ request: GraphQL.Request, context: AtlasGraphQL.RequestContext) async -> GraphQL.Response {
        await engine.execute(request, context: context)
    }

    func subscribe(
        _ request: GraphQL.Request,
        context: AtlasGraphQL.RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        await engine.subscribe(request, context: context, deliver: deliver)
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
