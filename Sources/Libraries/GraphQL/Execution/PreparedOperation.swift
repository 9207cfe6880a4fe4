/// An operation that passed every check that does not need its context.
public struct PreparedOperation: Sendable {
    let plan: OperationPlan
    let arguments: [Result<Arguments, GraphQLError>]

    /// The static cost: the most it should cost, judged before anything runs.
    public let cost: Int

    /// The variables as the operation sees them, defaults applied, as JSON members in the order of their names; empty
    /// without variables and for an operation whose response may not be kept.
    public let canonicalVariables: [UInt8]

    /// Query, mutation or subscription.
    public var kind: OperationKind { plan.kind }

    /// Whether its response comes in parts: `@defer` or `@stream` is used, and the transport takes parts.
    public var hasParts: Bool { plan.hasParts }

    /// For how long and for whom a response without errors may be kept; `nil` for not at all.
    public var cachePolicy: CachePolicy? { plan.cachePolicy }
}

extension Engine {
    /// Checks a request.
    ///
    /// - Parameters:
    ///   - context: Only for its trace.
    ///   - inParts: Whether the transport takes a response in parts.
    /// - Throws: `RequestErrors` that say why it is refused.
    public func prepare(
        _ request: Request,
        context: Context? = nil,
        inParts: Bool = false
    ) throws(RequestErrors) -> PreparedOperation {
        try core.prepare(request, context.flatMap { trace($0) }, inParts: inParts)
    }

    /// Executes what was prepared by this engine.
    public func execute(_ prepared: PreparedOperation, context: Context) async -> Response {
        if prepared.plan.kind == .subscription { return Self.refuseSubscription(prepared) }
        return await run(prepared, context)
    }
}

extension VariableValues {
    /// The values of an operation's variables, in the order of their names; what is absent is left out.
    func canonicalText(_ operation: OperationNode, _ document: Document) -> [UInt8] {
        guard !operation.variables.isEmpty else { return [] }
        let named = operation.variables.indices.map { index in
            (name: document.text(document.variables[index].name), value: self[document.variables[index].name])
        }
        var writer = JSONWriter()
        for (name, value) in named.sorted(by: { $0.name < $1.name }) {
            guard let value else { continue }
            writer.string(name)
            writer.byte(0x3A)
            writer.value(value)
            writer.byte(0x2C)
        }
        return writer.finish()
    }
}
