/// What a field policy decides.
public enum PolicyDecision: Sendable {
    /// The resolver runs.
    case allow
    /// The field becomes null and the error is reported in its place.
    case deny(GraphQLError)
}

/// How an engine behaves and what it refuses.
///
/// Every limit holds before anything is executed and however the operation is spread over fragments.
public struct EngineOptions<Context: Sendable>: Sendable {
    /// Whether `__schema` and `__type` are answered.
    public var introspection = true

    /// Whether messages suggest similar names.
    ///
    /// Off when introspection is.
    public var suggestions = true

    /// The most bytes of a document.
    public var maxDocumentBytes = 1_048_576

    /// The most tokens of a document.
    public var maxTokens = 15_000

    /// How deep braces, brackets and parentheses of a document may nest.
    public var maxNesting = 200

    /// How deep fields may nest, counted through fragments.
    public var maxDepth = 20

    /// The most aliases of an operation, counted through fragments.
    public var maxAliases = 200

    /// The most fields at the root of an operation, counted through fragments.
    public var maxRootFields = 100

    /// The most fields of an operation, counted through fragments.
    public var maxFields = 20_000

    /// The most directives at one place of a document.
    public var maxDirectives = 50

    /// The most variables of an operation.
    public var maxVariables = 500

    /// Whether documents may use `@defer` and `@stream`, and `executeInParts` and `subscribe` deliver results in parts.
    ///
    /// `execute` answers such a document as if it did not use them.
    public var incrementalDelivery = false

    /// The most fragments and lists that one response may deliver in parts; what is beyond becomes null with an error.
    public var maxParts = 1_000

    /// The most errors one response lists.
    public var maxErrors = 100

    /// The highest static cost an operation may have, or `nil` for no limit.
    ///
    /// Objects cost 1 and leaves 0 unless `@cost(weight:)` says otherwise; a list multiplies by its `@listSize`.
    public var maxCost: Int? = 50_000

    /// The size assumed of a list when neither `@listSize` nor an argument tells it.
    public var assumedListSize = 10

    /// The most bytes that parsed, validated and compiled documents may take.
    public var planCacheBytes = 32 * 1_048_576

    /// Turns what a resolver throws into what the client sees.
    ///
    /// The default shows `GraphQLError` and masks the rest.
    public var errorMapper: @Sendable (any Error) -> GraphQLError = { error in
        error as? GraphQLError ?? GraphQLError("Internal server error", code: "INTERNAL")
    }

    /// The `code` in the extensions of errors that the engine finds in a request before it runs; none by default.
    public var requestErrorCode: String?

    /// The `code` in the extensions of errors that the engine finds in a result, such as null where the schema allows
    /// none; none by default.
    public var resultErrorCode: String?

    /// Decides about fields that carry, or whose type carries, a directive listed in `policyDirectives`.
    ///
    /// It is asked once per request and field, before any resolver runs, with the field, the name of the type that
    /// has it and the request's context.
    public var fieldPolicy: (@Sendable (FieldDefinition, String, Context) -> PolicyDecision)?

    /// The directives that make a field ask `fieldPolicy`.
    public var policyDirectives: Set<String> = []

    /// Gives the trace of a request, or `nil` for one that is not traced.
    public var trace: (@Sendable (Context) -> (any OperationTrace)?)?

    /// Creates the defaults.
    public init() {}
}
