/// A selection set to merge, and the deferred fragment by which it came in.
struct DeferredSet: Hashable {
    let set: Int32
    let deferral: Deferral
}

/// Fields that share a response key, in order.
struct FieldGroup {
    let key: Name
    var nodes: [Int]

    /// How each node is deferred; empty where nothing of the document is.
    var deferrals: [Deferral]
}

/// The fields of one object and the deferred fragments that stand in it.
struct CollectedFields {
    fileprivate(set) var groups: [FieldGroup] = []
    fileprivate(set) var fragments: [DeferralPlan.Fragment] = []

    /// Where the first of the fragments stands.
    fileprivate(set) var location: SourceLocation?

    /// Whether a field came in by a deferred fragment, here or further up.
    fileprivate(set) var isDeferred = false

    /// The use of a fragment, inside a deferred one or outside of any.
    fileprivate struct Visit: Hashable {
        let fragment: Int
        let usage: Int
    }

    fileprivate var positions: [Int: Int] = [:]
    fileprivate var visited: Set<Visit> = []

    /// Whether the fields of a fragment are collected already, as they would be now or without being deferred.
    fileprivate func hasVisited(_ fragment: Name, _ deferral: Deferral) -> Bool {
        guard !visited.isEmpty else { return false }
        return visited.contains(Visit(fragment: fragment.id, usage: -1))
            || (!deferral.isNone && visited.contains(Visit(fragment: fragment.id, usage: deferral.usage)))
    }
}

extension Planner {
    /// Collects the fields that apply to an object type.
    ///
    /// Source: GraphQL September 2025, 6.3.2, with the changes of the proposal "Incremental delivery".
    mutating func collect(_ sets: [DeferredSet], _ type: TypeDefinition) throws(GraphQLError) -> CollectedFields {
        var fields = CollectedFields()
        for set in sets { try collect(set.set, type, set.deferral, &fields) }
        return fields
    }

    private mutating func collect(
        _ set: Int32,
        _ type: TypeDefinition,
        _ deferral: Deferral,
        _ fields: inout CollectedFields
    ) throws(GraphQLError) {
        for index in document.selectionSets[Int(set)].selections.indices {
            switch document.selections[index] {
            case .field(let field):
                guard try isIncluded(document.fields[Int(field)].directives) else { continue }
                add(field, deferral, &fields)
            case .inline(let inline):
                let node = document.inlineFragments[Int(inline)]
                guard try isIncluded(node.directives), applies(node.condition, type) else { continue }
                let inner = try deferred(node.directives, deferral, &fields)
                try collect(node.selectionSet, type, inner ?? deferral, &fields)
            case .spread(let spread):
                let node = document.spreads[Int(spread)]
                guard !fields.hasVisited(node.name, deferral), try isIncluded(node.directives) else { continue }
                let inner = try deferred(node.directives, deferral, &fields)
                fields.visited.insert(CollectedFields.Visit(fragment: node.name.id, usage: (inner ?? deferral).usage))
                guard let fragment = fragments[node.name.id].map({ document.fragments[$0] }),
                    applies(fragment.condition, type)
                else { continue }
                try collect(fragment.selectionSet, type, inner ?? deferral, &fields)
            }
        }
    }

    private func add(_ field: Int32, _ deferral: Deferral, _ fields: inout CollectedFields) {
        let key = document.fields[Int(field)].responseKey
        let position = fields.positions[key.id] ?? fields.groups.count
        if position == fields.groups.count {
            fields.positions[key.id] = position
            fields.groups.append(FieldGroup(key: key, nodes: [Int(field)], deferrals: inParts ? [deferral] : []))
        } else {
            fields.groups[position].nodes.append(Int(field))
            if inParts { fields.groups[position].deferrals.append(deferral) }
        }
        if !deferral.isNone { fields.isDeferred = true }
    }

    /// Whether a fragment with a type condition concerns an object type.
    private func applies(_ condition: Int32, _ type: TypeDefinition) -> Bool {
        guard condition >= 0 else { return true }
        guard let named = core.schema.type(document.text(document.types[Int(condition)].name)) else { return false }
        return core.schema.isPossible(type.index, for: named.index)
    }

    private func isIncluded(_ directives: NodeRange) throws(GraphQLError) -> Bool {
        for index in directives.indices {
            let directive = document.directives[index]
            let name = document.text(directive.name)
            guard name == "skip" || name == "include", let definition = core.schema.directive(name) else { continue }
            let condition = try coercion(variables)
                .arguments(definition.arguments, directive.arguments, at: directive.extent).bool("if")
            if condition == (name == "skip") { return false }
        }
        return true
    }

    // MARK: Deferring

    /// The deferred fragment that the directives of a fragment make of it, if they do.
    private mutating func deferred(
        _ directives: NodeRange,
        _ around: Deferral,
        _ fields: inout CollectedFields
    ) throws(GraphQLError) -> Deferral? {
        guard inParts, let directive = try activePart(IncrementalDirectives.deferName, directives) else { return nil }
        guard usages.count < core.limits.maxFields else {
            throw GraphQLError(
                "The operation has more than \(core.limits.maxFields) deferred fragments.",
                code: "TOO_COMPLEX"
            )
        }
        let label = label(directive)
        usages.append(DeferUsage(parent: around.usage))
        let usage = usages.count - 1
        let parent = around.isNone ? nil : around
        fields.fragments.append(DeferralPlan.Fragment(usage: usage, label: label, parent: parent))
        fields.isDeferred = true
        if fields.location == nil { fields.location = document.location(directive.extent) }
        return Deferral(usage: usage, distance: 0)
    }

    /// The `@defer` or `@stream` among some directives, if its condition holds.
    func activePart(_ name: String, _ directives: NodeRange) throws(GraphQLError) -> DirectiveNode? {
        for index in directives.indices where document.text(document.directives[index].name) == name {
            let directive = document.directives[index]
            guard let definition = core.schema.directive(name) else { return nil }
            let arguments = try coercion(variables)
                .arguments(definition.arguments.filter { $0.name == "if" }, directive.arguments, at: directive.extent)
            guard arguments.optionalBool("if") ?? true else { return nil }
            guard operation.kind != .subscription else {
                throw GraphQLError(
                    "`@\(name)` directive not supported on subscription operations. "
                        + "Disable `@\(name)` by setting the `if` argument to `false`.",
                    locations: [document.location(directive.extent)]
                )
            }
            return directive
        }
        return nil
    }

    /// The label of a `@defer` or `@stream`, which is a literal in a valid document.
    func label(_ directive: DirectiveNode) -> String? {
        for index in directive.arguments.indices where document.text(document.arguments[index].name) == "label" {
            let literal = document.literals[Int(document.arguments[index].value)]
            guard literal.kind == .string || literal.kind == .blockString else { return nil }
            return document.string(document.arguments[index].value)
        }
        return nil
    }

    /// The fragments that a field waits for, in the order of their numbers: none if it is also selected outside of any,
    /// and none that stands in another of them.
    func fragments(_ deferrals: [Deferral]) -> [Deferral] {
        guard !deferrals.isEmpty, !deferrals.contains(where: \.isNone) else { return [] }
        let all = Set(deferrals.map(\.usage))
        return Set(deferrals).filter { deferral in
            var outer = usages[deferral.usage].parent
            while outer >= 0, !all.contains(outer) { outer = usages[outer].parent }
            return outer < 0
        }
        .sorted { $0.usage < $1.usage }
    }

    func coercion(_ variables: VariableValues) -> ArgumentCoercion {
        ArgumentCoercion(
            literals: LiteralCoercion(
                schema: core.schema,
                scalars: core.scalars,
                document: document,
                variables: variables
            )
        )
    }
}
