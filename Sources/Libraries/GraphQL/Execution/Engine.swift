/// Executes requests against a schema.
///
/// ```swift
/// var resolvers = Resolvers<Caller>()
/// resolvers.query { $0.field("hello") { _, arguments, caller in "Hello \(caller.name)" } }
/// let engine = try Engine(sdl: "type Query { hello: String! }", resolvers: resolvers)
/// let response = await engine.execute(Request(query: "{ hello }"), context: caller)
/// ```
public struct Engine<Context: Sendable>: Sendable {
    /// The schema.
    public let schema: Schema

    let core: EngineCore
    let errorMapper: @Sendable (any Error) -> GraphQLError
    let fieldPolicy: (@Sendable (FieldDefinition, String, Context) -> PolicyDecision)?
    private let traceOf: (@Sendable (Context) -> (any OperationTrace)?)?

    /// Builds the schema and checks the bindings.
    ///
    /// - Throws: `SchemaProblems` with everything that is wrong with the schema, or else with the bindings.
    public init(
        sdl: String,
        resolvers: Resolvers<Context>,
        options: EngineOptions<Context> = EngineOptions()
    ) throws(SchemaProblems) {
        try self.init(schema: Schema(sdl: sdl), resolvers: resolvers, options: options)
    }

    /// Checks the bindings against a schema.
    public init(
        schema: Schema,
        resolvers: Resolvers<Context>,
        options: EngineOptions<Context> = EngineOptions()
    ) throws(SchemaProblems) {
        let problems = BindingCheck(schema: schema, resolvers: resolvers).problems()
        guard problems.isEmpty else { throw SchemaProblems(problems.map { GraphQLError($0) }) }
        var bindings: [Int: any ObjectBinding] = [:]
        for binding in resolvers.objects + IntrospectionBindings.all {
            if let type = schema.type(binding.typeName) { bindings[type.index] = binding }
        }
        for (kind, binding) in resolvers.roots {
            if let index = schema.roots[kind], bindings[index] == nil { bindings[index] = binding }
        }
        self.init(
            schema: schema,
            bindings: bindings,
            roots: resolvers.roots,
            streams: resolvers.streams,
            scalars: resolvers.scalars,
            options: options
        )
    }

    /// Takes bindings that fit the schema.
    init(
        schema: Schema,
        bindings: [Int: any ObjectBinding],
        roots: [OperationKind: TypedBinding<Void>],
        streams: [String: StreamBinding] = [:],
        scalars: [String: ScalarCoding] = [:],
        options: EngineOptions<Context>
    ) {
        core = EngineCore(
            schema: options.incrementalDelivery ? Schema(addingIncrementalDirectivesTo: schema) : schema,
            bindings: bindings,
            roots: roots,
            streams: streams,
            scalars: scalars,
            limits: EngineLimits(options),
            policyDirectives: options.fieldPolicy == nil ? [] : options.policyDirectives
        )
        self.schema = core.schema
        errorMapper = options.errorMapper
        fieldPolicy = options.fieldPolicy
        traceOf = options.trace
    }

    func trace(_ context: Context) -> (any OperationTrace)? { traceOf.flatMap { $0(context) } }

    /// Executes a request.
    public func execute(_ request: Request, context: Context) async -> Response {
        do {
            let prepared = try core.prepare(request, trace(context))
            if prepared.plan.kind == .subscription { return Self.refuseSubscription(prepared) }
            return await run(prepared, context)
        } catch {
            return Response(refusing: error)
        }
    }

    /// Executes what is prepared, even an operation whose kind is answered otherwise.
    func run(_ prepared: PreparedOperation, _ context: Context) async -> Response {
        let execution = execution(prepared, context)
        guard prepared.plan.isAsync else { return Self.runSynchronously(prepared, execution) }
        return await AsyncRun(prepared: prepared, execution: execution).response()
    }

    /// Executes a request on the calling thread, or answers `nil` when one of its resolvers may wait.
    public func executeIfSynchronous(_ request: Request, context: Context) -> Response? {
        do {
            let prepared = try core.prepare(request, trace(context))
            if prepared.plan.kind == .subscription { return Self.refuseSubscription(prepared) }
            guard !prepared.plan.isAsync else { return nil }
            return Self.runSynchronously(prepared, execution(prepared, context))
        } catch {
            return Response(refusing: error)
        }
    }

    /// What kind of operation a request asks for.
    ///
    /// - Throws: `RequestErrors` when the document is invalid or does not have the operation.
    public func operationKind(of request: Request) throws(RequestErrors) -> OperationKind {
        do {
            let document = try core.document(request.query).document
            return document.operations[try core.operation(document, request.operationName)].kind
        } catch {
            throw error.coded(core.limits.requestErrorCode)
        }
    }

    func execution(_ prepared: PreparedOperation, _ context: Context) -> Execution {
        let decisions = prepared.plan.guarded.map { field in
            fieldPolicy?(field.definition, field.parentType, context) ?? .allow
        }
        return Execution(
            schema: schema,
            context: ContextBox(context),
            arguments: prepared.arguments,
            decisions: decisions,
            errorMapper: errorMapper,
            maxErrors: core.limits.maxErrors,
            resultErrorCode: core.limits.resultErrorCode,
            maxParts: core.limits.maxParts,
            trace: trace(context)
        )
    }

    static func refuseSubscription(_ prepared: PreparedOperation) -> Response {
        let error = GraphQLError("Subscriptions are answered as a stream of events.", code: "SUBSCRIPTION")
        return Response(refusing: [error], kind: .subscription, cost: prepared.cost)
    }

    private static func runSynchronously(_ prepared: PreparedOperation, _ execution: Execution) -> Response {
        var output = ResponseOutput(execution: execution, capacity: 16_384)
        output.writer.raw(ResponseText.data)
        let written = prepared.plan.root.run((), &output)
        return output.response(prepared, written: written)
    }
}

/// Constant parts of a response.
enum ResponseText {
    static let data: StaticString = "{\"data\":"
    static let null: StaticString = "{\"data\":null"
    static let errors: StaticString = ",\"errors\":"
}

extension ResponseOutput {
    /// Ends a response without holes, whose data is written.
    consuming func response(_ prepared: PreparedOperation, written: Bool) -> Response {
        var errors = errors
        for index in errors.indices { errors[index].path = steps.path(error: index) }
        var text = writer
        return text.response(prepared, written: written, errors: errors, listCost: listCost)
    }
}

extension JSONWriter {
    /// Ends a response whose data is written, or could not be.
    mutating func response(
        _ prepared: PreparedOperation,
        written: Bool,
        errors: [GraphQLError],
        listCost: Int
    ) -> Response {
        if !written {
            truncate(to: 0)
            raw(ResponseText.null)
        }
        if !errors.isEmpty {
            raw(ResponseText.errors)
            self.errors(errors)
        }
        byte(0x7D)
        return Response(
            body: bytes,
            hasErrors: !errors.isEmpty,
            isRequestError: false,
            operationKind: prepared.plan.kind,
            cost: prepared.cost,
            actualCost: Saturating.add(prepared.plan.root.costOutsideLists, listCost),
            cachePolicy: errors.isEmpty ? prepared.plan.cachePolicy : nil
        )
    }
}
