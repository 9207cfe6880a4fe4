/// Compiles a validated operation: collects and merges the fields of every object type that may occur, coerces constant
/// arguments, and attaches resolvers.
///
/// Selections that merge the same parts of the document under the same type are compiled once, so the work stays
/// near the size of the document however often its fragments are used.
struct Planner {
    let core: EngineCore
    let document: Document
    let operation: OperationNode
    let variables: VariableValues
    let fragments: [Int: Int]

    private var arguments: [OperationPlan.VariableArguments] = []
    private var guarded: [OperationPlan.GuardedField] = []
    private var guardedIndex: [ObjectIdentifier: [String: Int]] = [:]
    private var known: [SelectionKey: any SelectionPlan] = [:]
    private var isAsync = false
    private var fieldCount = 0

    /// A selection is the same when it merges the same selection sets under the same type.
    private struct SelectionKey: Hashable {
        let type: Int
        let sets: [Int32]
    }

    /// Fields that share a response key, in order.
    private struct FieldGroup {
        let key: Name
        var nodes: [Int]
    }

    /// - Parameter variables: The operation's variables, of which only those in `@skip` and `@include` are read.
    init(
        core: EngineCore,
        document: Document,
        operation: OperationNode,
        variables: VariableValues,
        fragments: [Int: Int]
    ) {
        self.core = core
        self.document = document
        self.operation = operation
        self.variables = variables
        self.fragments = fragments
    }

    /// The plan.
    mutating func plan() throws(GraphQLError) -> OperationPlan {
        guard let type = core.schema.root(operation.kind), let binding = core.roots[operation.kind] else {
            throw GraphQLError(
                "Schema is not configured to execute \(operation.kind.rawValue) operation.",
                locations: [document.location(operation.extent)]
            )
        }
        let groups = try collect([operation.selectionSet], type)
        let drafts = try drafts(groups, type, binding)
        guard let root = binding.selection(type.name, drafts) as? TypedSelection<Void> else {
            throw GraphQLError("The root type is not bound.")
        }
        let cost = CostModel(assumedListSize: core.limits.assumedListSize)
        return OperationPlan(
            kind: operation.kind,
            root: root,
            arguments: arguments,
            guarded: guarded,
            isAsync: isAsync,
            fieldCount: fieldCount,
            constantCost: cost.constant(root)
        )
    }

    // MARK: Collecting fields

    private mutating func collect(_ sets: [Int32], _ type: TypeDefinition) throws(GraphQLError) -> [FieldGroup] {
        var groups: [FieldGroup] = []
        var positions: [Int: Int] = [:]
        var visited: Set<Int> = []
        for set in sets { try collect(set, type, &groups, &positions, &visited) }
        return groups
    }

    private func collect(
        _ set: Int32,
        _ type: TypeDefinition,
        _ groups: inout [FieldGroup],
        _ positions: inout [Int: Int],
        _ visited: inout Set<Int>
    ) throws(GraphQLError) {
        for index in document.selectionSets[Int(set)].selections.indices {
            switch document.selections[index] {
            case .field(let field):
                let node = document.fields[Int(field)]
                guard try isIncluded(node.directives) else { continue }
                let key = node.responseKey
                if let position = positions[key.id] {
                    groups[position].nodes.append(Int(field))
                } else {
                    positions[key.id] = groups.count
                    groups.append(FieldGroup(key: key, nodes: [Int(field)]))
                }
            case .inline(let inline):
                let node = document.inlineFragments[Int(inline)]
                guard try isIncluded(node.directives), applies(node.condition, type) else { continue }
                try collect(node.selectionSet, type, &groups, &positions, &visited)
            case .spread(let spread):
                let node = document.spreads[Int(spread)]
                guard !visited.contains(node.name.id), try isIncluded(node.directives) else { continue }
                visited.insert(node.name.id)
                guard let fragment = fragments[node.name.id].map({ document.fragments[$0] }),
                    applies(fragment.condition, type)
                else { continue }
                try collect(fragment.selectionSet, type, &groups, &positions, &visited)
            }
        }
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

    private func coercion(_ variables: VariableValues) -> ArgumentCoercion {
        ArgumentCoercion(
            literals: LiteralCoercion(
                schema: core.schema,
                scalars: core.scalars,
                document: document,
                variables: variables
            )
        )
    }

    // MARK: Compiling

    private mutating func selection(_ sets: [Int32], _ type: TypeDefinition) throws(GraphQLError) -> any SelectionPlan {
        let key = SelectionKey(type: type.index, sets: sets)
        if let plan = known[key] { return plan }
        guard let binding = core.bindings[type.index] else {
            throw GraphQLError("Type \"\(type.name)\" is not bound.", code: "INTERNAL")
        }
        let groups = try collect(sets, type)
        let plan = binding.selection(type.name, try drafts(groups, type, binding))
        known[key] = plan
        return plan
    }

    private mutating func drafts(
        _ groups: [FieldGroup],
        _ type: TypeDefinition,
        _ binding: any ObjectBinding
    ) throws(GraphQLError) -> [StepDraft] {
        var drafts: [StepDraft] = []
        drafts.reserveCapacity(groups.count)
        for group in groups {
            fieldCount += 1
            guard fieldCount <= core.limits.maxFields else {
                throw GraphQLError("The operation has more than \(core.limits.maxFields) fields.", code: "TOO_COMPLEX")
            }
            if let draft = try draft(group, type, binding) { drafts.append(draft) }
        }
        return drafts
    }

    private mutating func draft(
        _ group: FieldGroup,
        _ type: TypeDefinition,
        _ binding: any ObjectBinding
    ) throws(GraphQLError) -> StepDraft? {
        let name = document.text(document.fields[group.nodes[0]].name)
        let label = FieldLabel(
            parentType: type.name,
            fieldName: name,
            responseKey: document.text(group.key),
            document: document,
            nodes: group.nodes
        )
        guard let definition = core.schema.field(name, of: type) else { return nil }
        let plan = try fieldPlan(label, definition, type)
        let kind: StepDraft.Kind
        switch name {
        case "__typename": kind = .typeName(plan)
        case "__schema": kind = .introspection(plan, .schema(core.schema))
        case "__type": kind = .introspection(plan, .type(core.schema))
        default:
            kind = .resolved(plan)
            if binding.field(name)?.isAsync ?? false { isAsync = true }
        }
        return StepDraft(responseKey: label.responseKey, kind: kind)
    }

    private mutating func fieldPlan(
        _ label: FieldLabel,
        _ definition: FieldDefinition,
        _ type: TypeDefinition
    ) throws(GraphQLError) -> FieldPlan {
        let node = document.fields[label.nodes[0]]
        var constant = Arguments()
        var slot = -1
        if node.arguments.indices.contains(where: { document.usesVariable(document.arguments[$0].value) }) {
            slot = arguments.count
            arguments.append(
                OperationPlan.VariableArguments(
                    definitions: definition.arguments,
                    nodes: node.arguments,
                    extent: node.extent
                )
            )
        } else if !definition.arguments.isEmpty {
            do throws(GraphQLError) {
                constant = try coercion(.none).arguments(definition.arguments, node.arguments, at: node.extent)
            } catch {
                slot = arguments.count
                arguments.append(
                    OperationPlan.VariableArguments(
                        definitions: definition.arguments,
                        nodes: node.arguments,
                        extent: node.extent
                    )
                )
            }
        }
        return FieldPlan(
            label: label,
            definition: definition,
            value: try position(definition.type, label),
            constantArguments: constant,
            argumentSlot: slot,
            policySlot: policySlot(definition, type)
        )
    }

    private mutating func policySlot(_ definition: FieldDefinition, _ type: TypeDefinition) -> Int {
        guard !core.policyDirectives.isEmpty, !definition.name.hasPrefix("__"),
            (definition.directives + type.directives).contains(where: { core.policyDirectives.contains($0.name) })
        else { return -1 }
        if let slot = guardedIndex[ObjectIdentifier(definition)]?[type.name] { return slot }
        guarded.append(OperationPlan.GuardedField(definition: definition, parentType: type.name))
        guardedIndex[ObjectIdentifier(definition), default: [:]][type.name] = guarded.count - 1
        return guarded.count - 1
    }

    private mutating func position(
        _ type: TypeReference,
        _ label: FieldLabel
    ) throws(GraphQLError) -> ValuePosition {
        let nullable = type.nullable
        let named = core.schema.named(type)
        var item: ValuePosition?
        var selections: [any SelectionPlan] = []
        if nullable.isList {
            item = try position(nullable.unwrapped, label)
        } else if named.isComposite {
            let sets = label.nodes.compactMap { node -> Int32? in
                let set = document.fields[node].selectionSet
                return set < 0 ? nil : set
            }
            for object in core.schema.possibleTypes[named.index] {
                selections.append(try selection(sets, core.schema.types[object]))
            }
        }
        return ValuePosition(
            label: label,
            isNullable: !type.isNonNull,
            type: named,
            item: item,
            leaf: nullable.isList ? .none : LeafKind(named),
            selections: selections,
            serialize: core.scalars[named.name]?.serialize
        )
    }
}

extension Document {
    /// Whether a variable occurs in a literal.
    func usesVariable(_ literal: Int32) -> Bool {
        let node = literals[Int(literal)]
        switch node.kind {
        case .variable: return true
        case .list: return node.children.indices.contains { usesVariable(literalItems[$0]) }
        case .object: return node.children.indices.contains { usesVariable(objectFields[$0].value) }
        default: return false
        }
    }
}
