import AtlasGraphQL
import GraphQL
import NIOCore

/// An engine whose operations are counted, whichever way they come: by HTTP, in parts, as events or over a WebSocket.
struct CountedGraphQL: GraphQLAnswering {
    let engine: any GraphQLAnswering
    let metrics: ServerMetrics

    func operationKind(of request: GraphQL.Request) -> OperationKind? { engine.operationKind(of: request) }

    func execute(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void
    ) async -> GraphQL.Response {
        let start = NIODeadline.now()
        let response = await engine.execute(request, context: context, charge: charge)
        metrics.operation(response, .now() - start)
        return response
    }

    func executeInParts(
        _ request: GraphQL.Request,
        context: RequestContext,
        deliver: (GraphQL.Response) async -> Bool
    ) async {
        let start = NIODeadline.now()
        var isFirst = true
        await engine.executeInParts(request, context: context) { part in
            // What follows says nothing of the operation.
            if isFirst { metrics.operation(part, .now() - start) } else { metrics.event() }
            isFirst = false
            return await deliver(part)
        }
    }

    func subscribe(
        _ request: GraphQL.Request,
        context: RequestContext,
        charge: @Sendable (Int) async -> Void,
        deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        guard engine.operationKind(of: request) == .subscription else {
            return await executeFollowed(request, context, charge, deliver)
        }
        metrics.subscriptionBegan()
        let refusal = await engine.subscribe(request, context: context, charge: charge) { response in
            metrics.event()
            return await deliver(response)
        }
        metrics.subscriptionEnded(isRefused: refusal != nil)
        return refusal
    }

    /// Operations of another kind come this way over a WebSocket.
    private func executeFollowed(
        _ request: GraphQL.Request,
        _ context: RequestContext,
        _ charge: @Sendable (Int) async -> Void,
        _ deliver: (GraphQL.Response) async -> Bool
    ) async -> GraphQL.Response? {
        let start = NIODeadline.now()
        var isFirst = true
        let refusal = await engine.subscribe(request, context: context, charge: charge) { part in
            if isFirst { metrics.operation(part, .now() - start) } else { metrics.event() }
            isFirst = false
            return await deliver(part)
        }
        if let refusal { metrics.operation(refusal, .now() - start) }
        return refusal
    }
}
