import Synchronization

/// What every resolver of one request shares; nothing in it changes while the request runs.
@usableFromInline
final class Execution: Sendable {
    let schema: Schema

    /// A `ContextBox` of the engine's context type.
    @usableFromInline let context: any AnyObject & Sendable

    /// The arguments of fields in which variables occur, by `FieldPlan.argumentSlot`.
    let arguments: [Result<Arguments, GraphQLError>]

    /// The policy's answers, by `FieldPlan.policySlot`.
    let decisions: [PolicyDecision]

    let errorMapper: @Sendable (any Error) -> GraphQLError

    /// How many errors are reported at most; further ones only null their fields.
    let maxErrors: Int

    /// The code of errors that the engine finds in results.
    let resultErrorCode: String?

    /// Takes notes, if the request is traced.
    let trace: (any OperationTrace)?

    /// How many fragments and lists may be left for later.
    let maxParts: Int

    /// How many were.
    private let parts = Atomic<Int>(0)

    init(
        schema: Schema,
        context: any AnyObject & Sendable,
        arguments: [Result<Arguments, GraphQLError>],
        decisions: [PolicyDecision],
        errorMapper: @escaping @Sendable (any Error) -> GraphQLError,
        maxErrors: Int,
        resultErrorCode: String?,
        maxParts: Int,
        trace: (any OperationTrace)?
    ) {
        self.schema = schema
        self.context = context
        self.arguments = arguments
        self.decisions = decisions
        self.errorMapper = errorMapper
        self.maxErrors = maxErrors
        self.resultErrorCode = resultErrorCode
        self.maxParts = maxParts
        self.trace = trace
    }

    /// Counts fragments or lists that are left for later; `false` if there are too many.
    func mayLeave(_ count: Int) -> Bool { parts.add(count, ordering: .relaxed).newValue <= maxParts }
}

/// Carries a context of any type.
@usableFromInline
final class ContextBox<Context: Sendable>: Sendable {
    @usableFromInline let value: Context

    init(_ value: Context) { self.value = value }
}
