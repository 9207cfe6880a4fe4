/// For how long and for whom a response may be kept, as the schema's `@cacheControl` says.
///
/// The shortest age and the most private scope of all selected fields count. Root fields and fields of composite type
/// that say nothing have the age 0, unless they or their type inherit; leaves inherit.
/// Source: the `@cacheControl(maxAge:, scope:, inheritMaxAge:)` convention of Apollo Server.
public struct CachePolicy: Sendable, Equatable {
    /// Who may be given a response that is kept.
    public enum Scope: Sendable {
        /// Whoever sees the same of the schema.
        case everyone
        /// Only the caller it was made for.
        case caller
    }

    /// From 1 to `maxAgeLimitSeconds`.
    public let maxAgeSeconds: Int
    /// Who may be given it.
    public let scope: Scope

    /// Whatever a schema says, nothing is kept longer.
    public static let maxAgeLimitSeconds = 300

    /// The policy of a query; `nil` when its response may not be kept.
    init?(_ root: any SelectionPlan) {
        var walk = Walk()
        walk.take(root, isRoot: true)
        guard let age = walk.maxAge, age > 0 else { return nil }
        maxAgeSeconds = min(age, Self.maxAgeLimitSeconds)
        scope = walk.isPrivate ? .caller : .everyone
    }

    /// Takes in the fields of an operation; each compiled selection once, however often it is used.
    private struct Walk {
        var maxAge: Int?
        var isPrivate = false
        private var seen: Set<ObjectIdentifier> = []

        mutating func take(_ selection: any SelectionPlan, isRoot: Bool) {
            guard seen.insert(ObjectIdentifier(selection)).inserted else { return }
            for plan in selection.plans where plan.label.fieldName != "__typename" { take(plan, isRoot) }
        }

        private mutating func take(_ plan: FieldPlan, _ isRoot: Bool) {
            let position = plan.value.innermost
            var hint = CacheHint(plan.definition.directives)
            hint.fill(from: CacheHint(position.type.directives))
            isPrivate = isPrivate || hint.isPrivate
            let restrictsByDefault = isRoot || (position.type.isComposite && !hint.inherits)
            if let age = hint.maxAge ?? (restrictsByDefault ? 0 : nil) { maxAge = min(maxAge ?? age, age) }
            for selection in position.selections { take(selection, isRoot: false) }
        }
    }
}

/// What one `@cacheControl` says.
private struct CacheHint {
    var maxAge: Int?
    var isPrivate = false
    var inherits = false

    init(_ directives: [AppliedDirective]) {
        guard let arguments = directives.first(where: { $0.name == "cacheControl" })?.arguments else { return }
        maxAge = arguments.optionalInt("maxAge")
        isPrivate = arguments.optionalString("scope") == "PRIVATE"
        inherits = arguments.optionalBool("inheritMaxAge") ?? false
    }

    /// A field's own age counts, else its type's; neither can make public what the other keeps private.
    mutating func fill(from type: CacheHint) {
        maxAge = maxAge ?? type.maxAge
        inherits = inherits || type.inherits
        isPrivate = isPrivate || type.isPrivate
    }
}

extension ValuePosition {
    /// What stands in the lists of a position, or the position itself.
    var innermost: ValuePosition {
        var position = self
        while let item = position.item { position = item }
        return position
    }
}
