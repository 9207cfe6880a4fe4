/// One operation, compiled for one choice of its `@skip` and `@include` variables.
final class OperationPlan: Sendable {
    /// Arguments in which variables occur.
    struct VariableArguments: Sendable {
        let definitions: [InputValueDefinition]
        let nodes: NodeRange
        let extent: Extent
    }

    /// A field that asks the policy.
    struct GuardedField: Sendable {
        let definition: FieldDefinition
        let parentType: String
    }

    let kind: OperationKind
    let root: TypedSelection<Void>
    let arguments: [VariableArguments]
    let guarded: [GuardedField]

    /// Whether a resolver may wait.
    let isAsync: Bool

    /// Whether parts of the response may be delivered later.
    let hasParts: Bool

    /// How many fields were compiled.
    let fieldCount: Int

    /// About how many bytes the plan takes.
    var bytes: Int { fieldCount * 800 + 1_024 }

    /// The cost, when no variable changes it.
    let constantCost: Int?

    /// Whether and how long a response may be kept; only queries may.
    let cachePolicy: CachePolicy?

    init(
        kind: OperationKind,
        root: TypedSelection<Void>,
        arguments: [VariableArguments],
        guarded: [GuardedField],
        isAsync: Bool,
        hasParts: Bool,
        fieldCount: Int,
        constantCost: Int?
    ) {
        self.kind = kind
        self.root = root
        self.arguments = arguments
        self.guarded = guarded
        self.isAsync = isAsync
        self.hasParts = hasParts
        self.fieldCount = fieldCount
        self.constantCost = constantCost
        cachePolicy = kind == .query ? CachePolicy(root) : nil
    }
}
