extension Engine {
    /// Executes a query or mutation and delivers its response in parts, if `EngineOptions.incrementalDelivery` is on and
    /// the document uses `@defer` or `@stream`; else in one.
    ///
    /// ```swift
    /// await engine.executeInParts(Request(query: "{ book { title ... @defer { reviews } } }"), context: caller) { part in
    ///     await connection.write(part.body)
    ///     return connection.isOpen
    /// }
    /// ```
    ///
    /// The first part has `data`, and `hasNext` if others follow; these have `pending`, `incremental` and `completed`.
    /// A subscription is refused. Resolvers of later parts are cancelled with the calling task, or once `deliver` has
    /// answered `false`. Source: GraphQL specification, proposal "Incremental delivery" (pull request 1110).
    ///
    /// - Parameter deliver: Takes the parts in order; after the first one, nothing is delivered before it returns.
    public func executeInParts(
        _ request: Request,
        context: Context,
        deliver: (Response) async -> Bool
    ) async {
        do {
            let prepared = try core.prepare(request, trace(context), inParts: true)
            guard prepared.plan.kind != .subscription else {
                _ = await deliver(Self.refuseSubscription(prepared))
                return
            }
            await run(prepared, context, deliver)
        } catch {
            _ = await deliver(Response(refusing: error))
        }
    }

    /// Executes what is prepared and delivers the response in as many parts as its plan has.
    func run(_ prepared: PreparedOperation, _ context: Context, _ deliver: (Response) async -> Bool) async {
        if prepared.plan.hasParts {
            await PartRun(prepared: prepared, execution: execution(prepared, context)).run(deliver)
        } else {
            _ = await deliver(run(prepared, context))
        }
    }
}
