import AtlasCore
import AtlasGraphQL
import GraphQL

/// Who is at the other end of a connection that stays open.
struct GraphQLClient: Sendable {
    let address: String
    let device: String
    let requestID: String
    /// The name of its operations' traces, such as `WebSocket /graphql`.
    let traceName: String
    /// What its request said in `traceparent`.
    var traceParent: TraceParent?
}

/// One operation whose results are delivered one after the other.
struct FollowedOperation: Sendable {
    enum Event: Sendable {
        case next(GraphQL.Response)
        /// The operation is over, or was refused.
        case finished(refusal: GraphQL.Response?)
        /// The caller has no more rights.
        case sessionEnded
    }

    let parts: ServerParts
    let caller: Caller
    let client: GraphQLClient
    /// Looks whether the caller's session still counts, before each result; `nil` for a visitor.
    let check: (@Sendable () async -> Caller?)?

    /// Follows an operation that the quota admits.
    ///
    /// - Parameter deliver: Takes each event; after `false` nothing more is wanted.
    func follow(
        _ operation: GraphQLOperation,
        _ documents: PersistedDocuments,
        _ deliver: @escaping @Sendable (Event) async -> Bool
    ) async {
        if case .refuse(let wait) = await parts.admit(caller, client.address, 1) {
            await refuse(.tooMany(retryAfter: wait), deliver)
        } else {
            await follow(admitted: operation, documents, deliver)
        }
    }

    /// Follows an operation that is counted against the quota already.
    func follow(
        admitted operation: GraphQLOperation,
        _ documents: PersistedDocuments,
        _ deliver: @escaping @Sendable (Event) async -> Bool
    ) async {
        do throws(GraphQLRefusal) {
            _ = await deliver(.finished(refusal: await run(try documents.request(operation), deliver)))
        } catch {
            await refuse(error, deliver)
        }
    }

    private func refuse(_ refusal: GraphQLRefusal, _ deliver: (Event) async -> Bool) async {
        let response = GraphQL.Response(refusing: GraphQLError(refusal.message, code: refusal.code))
        _ = await deliver(.finished(refusal: response))
    }

    /// - Returns: The response that refuses the request, or `nil`.
    private func run(
        _ request: GraphQL.Request,
        _ deliver: @escaping @Sendable (Event) async -> Bool
    ) async -> GraphQL.Response? {
        // The trace of a subscription ends with its first result; the rest may take days.
        var trace = parts.tracing?.begin(parent: client.traceParent)
        let context = RequestContext(
            caller: caller,
            device: client.device,
            requestID: client.requestID,
            refreshCookie: nil,
            trace: trace
        )
        let charge: @Sendable (Int) async -> Void = { [parts, caller, client] cost in
            await parts.charge(caller, client.address, cost)
        }
        let refusal = await parts.graphQL.subscribe(request, context: context, charge: charge) { response in
            end(&trace, failed: response.hasErrors)
            if let check, await check() == nil {
                _ = await deliver(.sessionEnded)
                return false
            }
            return await deliver(.next(response))
        }
        end(&trace, failed: refusal != nil)
        return refusal
    }

    private func end(_ trace: inout RequestTrace?, failed: Bool) {
        guard let ended = trace.take() else { return }
        parts.tracing?.end(ended, named: client.traceName, requestID: client.requestID, failed: failed)
    }
}
