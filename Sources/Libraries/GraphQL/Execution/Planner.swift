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

    /// Whether `@defer` and `@stream` count.
    let inParts: Bool

    /// Every `@defer` met so far; `Deferral.usage` is an index here.
    var usages: [DeferUsage] = []

    private var hasParts = false
    private var arguments: [OperationPlan.VariableArguments] = []
    private var guarded: [OperationPlan.GuardedField] = []
    private var guardedIndex: [ObjectIdentifier: [String: Int]] = [:]
    private var known: [SelectionKey: any SelectionPlan] = [:]
    private var isAsync = false
    private var fieldCount = 0

    /// A selection is the same when it merges the same selection sets, deferred in the same way, under the same type.
    private struct SelectionKey: Hashable {
        let type: Int
        let sets: [DeferredSet]
    }

    /// - Parameter variables: The operation's variables, of which only those in conditions are read.
    init(
        core: EngineCore,
        document: Document,
        operation: OperationNode,
        variables: VariableValues,
        fragments: [Int: Int],
        inParts: Bool
    ) {
        self.core = core
        self.document = document
        self.operation = operation
        self.variables = variables
        self.fragments = fragments
        self.inParts = inParts
    }

    /// The plan.
    mutating func plan() throws(GraphQLError) -> OperationPlan {
        guard let type = core.schema.root(operation.kind), let binding = core.roots[operation.kind] else {
            throw GraphQLError(
                "Schema is not configured to execute \(operation.kind.rawValue) operation.",
                locations: [document.location(operation.extent)]
            )
        }
        let sets = [DeferredSet(set: operation.selectionSet, deferral: .none)]
        let drafts = try drafts(try collect(sets, type), [], type, binding)
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
            hasParts: hasParts,
            fieldCount: fieldCount,
            constantCost: cost.constant(root)
        )
    }

    // MARK: Compiling

    private mutating func selection(
        _ sets: [DeferredSet],
        _ type: TypeDefinition
    ) throws(GraphQLError) -> any SelectionPlan {
        let key = SelectionKey(type: type.index, sets: sets)
        if let plan = known[key] { return plan }
        guard let binding = core.bindings[type.index] else {
            throw GraphQLError("Type \"\(type.name)\" is not bound.", code: "INTERNAL")
        }
        let fields = try collect(sets, type)
        let inside = fragments(sets.map(\.deferral)).map(\.usage)
        let plan = binding.selection(type.name, try drafts(fields, inside, type, binding))
        known[key] = plan
        return plan
    }

    /// The steps of an object's fields, those that wait for fragments other than `inside` in a last one.
    private mutating func drafts(
        _ fields: CollectedFields,
        _ inside: [Int],
        _ type: TypeDefinition,
        _ binding: any ObjectBinding
    ) throws(GraphQLError) -> [StepDraft] {
        guard inParts, fields.isDeferred else { return try drafts(fields.groups, type, binding) }
        var own: [FieldGroup] = []
        var later: [(fragments: [Deferral], fields: [FieldGroup])] = []
        var positions: [[Int]: Int] = [:]
        for group in fields.groups {
            let fragments = fragments(group.deferrals)
            let key = fragments.map(\.usage)
            if key == inside {
                own.append(group)
            } else if let position = positions[key] {
                later[position].fields.append(group)
            } else {
                positions[key] = later.count
                later.append((fragments, [group]))
            }
        }
        var drafts = try drafts(own, type, binding)
        guard !later.isEmpty || !fields.fragments.isEmpty else { return drafts }
        hasParts = true
        var groups: [DeferralPlan.Group] = []
        for part in later {
            let selection = binding.selection(type.name, try self.drafts(part.fields, type, binding))
            groups.append(DeferralPlan.Group(fragments: part.fragments, selection: selection))
        }
        let deferral = DeferralPlan(fragments: fields.fragments, groups: groups, location: fields.location)
        drafts.append(StepDraft(responseKey: "", kind: .deferral(leavingStep(type), deferral)))
        return drafts
    }

    /// A plan for the step that leaves out what is delivered later: it names no field.
    private func leavingStep(_ type: TypeDefinition) -> FieldPlan {
        let label = FieldLabel(parentType: type.name, fieldName: "", responseKey: "", document: document, nodes: [])
        let position = ValuePosition(
            label: label,
            isNullable: false,
            type: type,
            item: nil,
            leaf: .none,
            selections: [],
            serialize: nil,
            weight: 0
        )
        return FieldPlan(
            label: label,
            definition: core.schema.metaFields.typeName,
            value: position,
            constantArguments: Arguments(),
            argumentSlot: -1,
            policySlot: -1
        )
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
        let plan = try fieldPlan(label, definition, type, group.deferrals)
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
        _ type: TypeDefinition,
        _ deferrals: [Deferral]
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
            value: try position(
                definition.type,
                label,
                CostModel.weight(definition, core.schema.named(definition.type)),
                deferrals,
                stream: try stream(node, definition)
            ),
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

    /// - Parameters:
    ///   - deferrals: How each of the field's nodes is deferred; empty if none is.
    ///   - depth: How many steps of the path lead from the field's object to the value.
    private mutating func position(
        _ type: TypeReference,
        _ label: FieldLabel,
        _ weight: Int,
        _ deferrals: [Deferral],
        depth: Int = 1,
        stream: DirectiveNode? = nil
    ) throws(GraphQLError) -> ValuePosition {
        let nullable = type.nullable
        let named = core.schema.named(type)
        var item: ValuePosition?
        var selections: [any SelectionPlan] = []
        if nullable.isList {
            item = try position(nullable.unwrapped, label, weight, deferrals, depth: depth + 1)
        } else if named.isComposite {
            var sets: [DeferredSet] = []
            for (index, node) in label.nodes.enumerated() where document.fields[node].selectionSet >= 0 {
                let deferral = deferrals.isEmpty ? .none : deferrals[index].deeper(by: depth)
                sets.append(DeferredSet(set: document.fields[node].selectionSet, deferral: deferral))
            }
            for object in core.schema.possibleTypes[named.index] {
                selections.append(try selection(sets, core.schema.types[object]))
            }
        }
        return ValuePosition(
            label: label,
            isNullable: !type.isNonNull,
            type: named,
            item: stream == nil ? item : nil,
            stream: stream.flatMap { directive in item.map { streamPlan(directive, $0) } },
            leaf: nullable.isList ? .none : LeafKind(named),
            selections: selections,
            serialize: core.scalars[named.name]?.serialize,
            weight: weight
        )
    }

    // MARK: Streams

    /// The `@stream` of a list field, if it counts.
    private mutating func stream(
        _ node: FieldNode,
        _ definition: FieldDefinition
    ) throws(GraphQLError) -> DirectiveNode? {
        guard inParts, definition.type.nullable.isList else { return nil }
        guard let stream = try activePart(IncrementalDirectives.streamName, node.directives) else { return nil }
        hasParts = true
        return stream
    }

    private mutating func streamPlan(_ directive: DirectiveNode, _ item: ValuePosition) -> StreamPlan {
        arguments.append(
            OperationPlan.VariableArguments(
                definitions: core.schema.directive(IncrementalDirectives.streamName)?.arguments ?? [],
                nodes: directive.arguments,
                extent: directive.extent
            )
        )
        return StreamPlan(label: label(directive), item: item, argumentSlot: arguments.count - 1)
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
