/// The part of an engine that does not depend on the type of the context.
final class EngineCore: Sendable {
    let schema: Schema
    let bindings: [Int: any ObjectBinding]
    let roots: [OperationKind: TypedBinding<Void>]
    let streams: [String: StreamBinding]
    let scalars: [String: ScalarCoding]
    let limits: EngineLimits
    let policyDirectives: Set<String>
    let cache: DocumentCache

    init(
        schema: Schema,
        bindings: [Int: any ObjectBinding],
        roots: [OperationKind: TypedBinding<Void>],
        streams: [String: StreamBinding],
        scalars: [String: ScalarCoding],
        limits: EngineLimits,
        policyDirectives: Set<String>
    ) {
        self.schema = schema
        self.bindings = bindings
        self.roots = roots
        self.streams = streams
        self.scalars = scalars
        self.limits = limits
        self.policyDirectives = policyDirectives
        cache = DocumentCache(limitBytes: limits.planCacheBytes)
    }

    /// The parsed and validated document of a request.
    func document(_ source: String, _ trace: (any OperationTrace)? = nil) throws(RequestErrors) -> CheckedDocument {
        if let known = cache[source] { return known }
        guard source.utf8.count <= limits.maxDocumentBytes else {
            throw RequestErrors([GraphQLError("The document is larger than \(limits.maxDocumentBytes) bytes.")])
        }
        let document = try trace.part("parse") { () throws(RequestErrors) in
            do throws(GraphQLError) {
                return try Parser.document(source, limits: limits.parser)
            } catch {
                throw RequestErrors([error])
            }
        }
        try trace.part("validate") { () throws(RequestErrors) in
            let errors = Validator.errors(document, schema, limits)
            guard errors.isEmpty else { throw RequestErrors(errors) }
        }
        let checked = CheckedDocument(document, mayUseParts: limits.incrementalDelivery)
        cache.insert(checked, for: source)
        return checked
    }

    /// The operation a request asks for.
    func operation(_ document: Document, _ name: String?) throws(RequestErrors) -> Int {
        if let name {
            for (index, operation) in document.operations.enumerated()
            where operation.name.isPresent && document.text(operation.name) == name {
                return index
            }
            throw RequestErrors([GraphQLError("Unknown operation named \"\(Parser.cut(name))\".")])
        }
        guard document.operations.count <= 1 else {
            throw RequestErrors([
                GraphQLError("Must provide operation name if query contains multiple operations.")
            ])
        }
        guard !document.operations.isEmpty else { throw RequestErrors([GraphQLError("Must provide an operation.")]) }
        return 0
    }

    /// Everything about a request that does not need the context.
    ///
    /// - Parameter inParts: Whether `@defer` and `@stream` count.
    func prepare(
        _ request: Request,
        _ trace: (any OperationTrace)? = nil,
        inParts: Bool = false
    ) throws(RequestErrors) -> PreparedOperation {
        do {
            let checked = try document(request.query, trace)
            let index = try operation(checked.document, request.operationName)
            return try prepare(checked, index, request, trace, inParts)
        } catch {
            throw error.coded(limits.requestErrorCode)
        }
    }

    /// Prepares an operation of a document that is taken as it is.
    func prepare(
        _ checked: CheckedDocument,
        _ request: Request,
        inParts: Bool = false
    ) throws(RequestErrors) -> PreparedOperation {
        try prepare(checked, try operation(checked.document, request.operationName), request, nil, inParts)
    }

    private func prepare(
        _ checked: CheckedDocument,
        _ index: Int,
        _ request: Request,
        _ trace: (any OperationTrace)?,
        _ inParts: Bool
    ) throws(RequestErrors) -> PreparedOperation {
        let document = checked.document
        let operation = document.operations[index]
        var coercion = VariableCoercion(
            schema: schema,
            scalars: scalars,
            document: document,
            suggests: limits.suggestions
        )
        let variables = coercion.values(operation, given: request.variables)
        guard coercion.errors.isEmpty else { throw RequestErrors(coercion.errors, operation.kind) }
        let plan = try plan(checked, index, variables, request.query, trace, inParts)
        let arguments = arguments(plan, document, variables)
        let cost = plan.constantCost ?? CostModel(assumedListSize: limits.assumedListSize).cost(plan.root, arguments)
        if let limit = limits.maxCost, cost > limit {
            let error = GraphQLError(
                "The operation costs \(cost), more than the \(limit) allowed.",
                code: "TOO_COMPLEX"
            )
            throw RequestErrors([error], operation.kind)
        }
        return PreparedOperation(
            plan: plan,
            arguments: arguments,
            cost: cost,
            canonicalVariables: plan.cachePolicy == nil ? [] : variables.canonicalText(operation, document)
        )
    }

    /// The plan of an operation, compiled when it is first needed for its variables.
    private func plan(
        _ checked: CheckedDocument,
        _ index: Int,
        _ variables: VariableValues,
        _ source: String,
        _ trace: (any OperationTrace)?,
        _ inParts: Bool
    ) throws(RequestErrors) -> OperationPlan {
        // A subscription's plan is compiled with them to refuse them.
        let inParts = checked.usesParts && (inParts || checked.document.operations[index].kind == .subscription)
        if let known = checked.plan(index, variables, inParts: inParts) { return known }
        var planner = Planner(
            core: self,
            document: checked.document,
            operation: checked.document.operations[index],
            variables: variables,
            fragments: checked.fragments,
            inParts: inParts
        )
        do {
            let plan = try trace.part("plan") { () throws(GraphQLError) in try planner.plan() }
            checked.keep(plan, index, variables, inParts: inParts)
            cache.grow(source, by: plan.bytes)
            return plan
        } catch {
            throw RequestErrors([error], checked.document.operations[index].kind)
        }
    }

    private func arguments(
        _ plan: OperationPlan,
        _ document: Document,
        _ variables: VariableValues
    ) -> [Result<Arguments, GraphQLError>] {
        guard !plan.arguments.isEmpty else { return [] }
        let coercion = ArgumentCoercion(
            literals: LiteralCoercion(schema: schema, scalars: scalars, document: document, variables: variables)
        )
        return plan.arguments.map { entry in
            do throws(GraphQLError) {
                return .success(try coercion.arguments(entry.definitions, entry.nodes, at: entry.extent))
            } catch {
                return .failure(error)
            }
        }
    }
}

/// The options that do not depend on the type of the context.
struct EngineLimits: Sendable {
    var introspection: Bool
    var suggestions: Bool
    var maxDocumentBytes: Int
    var parser: ParserLimits
    var maxDepth: Int
    var maxAliases: Int
    var maxRootFields: Int
    var maxFields: Int
    var maxDirectives: Int
    var maxVariables: Int
    var incrementalDelivery: Bool
    var maxParts: Int
    var maxErrors: Int
    var maxCost: Int?
    var assumedListSize: Int
    var planCacheBytes: Int
    var requestErrorCode: String?
    var resultErrorCode: String?

    init<Context>(_ options: EngineOptions<Context>) {
        introspection = options.introspection
        suggestions = options.suggestions && options.introspection
        maxDocumentBytes = options.maxDocumentBytes
        parser = ParserLimits(maxTokens: options.maxTokens, maxDepth: options.maxNesting)
        maxDepth = options.maxDepth
        maxAliases = options.maxAliases
        maxRootFields = options.maxRootFields
        maxFields = options.maxFields
        maxDirectives = options.maxDirectives
        maxVariables = options.maxVariables
        incrementalDelivery = options.incrementalDelivery
        maxParts = options.maxParts
        maxErrors = options.maxErrors
        maxCost = options.maxCost
        assumedListSize = options.assumedListSize
        planCacheBytes = options.planCacheBytes
        requestErrorCode = options.requestErrorCode
        resultErrorCode = options.resultErrorCode
    }
}
