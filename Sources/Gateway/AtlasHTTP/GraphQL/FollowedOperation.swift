import AtlasCore
import AtlasGraphQL
import GraphQL

/// Who is at the other end of a connection that stays open.
struct GraphQLClient: Sendable {
    let address: String
    let device: String
    let requestID: String
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

    /// - Parameter deliver: Takes each event; after `false` nothing more is wanted.
    func follow(
        _ operation: GraphQLOperation,
        _ documents: PersistedDocuments,
        _ deliver: @escaping @Sendable (Event) async -> Bool
    ) async {
        do throws(GraphQLRefusal) {
            if case .refuse(let wait) = await parts.admit(caller, client.address, 1) {
                throw .tooMany(retryAfter: wait)
            }
            let request = try documents.request(operation)
            let context = RequestContext(
                caller: caller,
                device: client.device,
                requestID: client.requestID,
                refreshCookie: nil
            )
            var isCharged = false
            let refusal = await parts.graphQL.subscribe(request, context: context) { response in
                if !isCharged { await parts.charge(caller, client.address, response.cost ?? 1) }
                isCharged = true
                if let check, await check() == nil {
                    _ = await deliver(.sessionEnded)
                    return false
                }
                return await deliver(.next(response))
            }
            _ = await deliver(.finished(refusal: refusal))
        } catch {
            let refusal = GraphQL.Response(refusing: GraphQLError(error.message, code: error.code))
            _ = await deliver(.finished(refusal: refusal))
        }
    }
}
