extension Validator {
    mutating func visitDocument() throws(Stop) {
        for node in document.typeSystem {
            let name = node.kind == .schema ? "schema" : "\"\(text(node.name))\""
            try report("The \(name) definition is not executable.", node.extent)
        }
        hasMergeConflicts = hasFragmentCycle() || mayHaveMergeConflicts()
        for definition in document.definitions {
            switch definition {
            case .operation(let index): try visitOperation(document.operations[index])
            case .fragment(let index): try visitFragment(document.fragments[index])
            case .typeSystem(let index): try visitTypeSystem(document.typeSystem[index])
            }
        }
        try checkUnusedFragments()
        if hasMergeConflicts, mergeReport.budget <= 0 {
            errors.append(GraphQLError("The document has too many fields that may have to be merged."))
        }
    }

    private func hasFragmentCycle() -> Bool {
        var search = CycleSearch()
        return document.fragments.contains { !search.cycles(from: $0, document, fragments).isEmpty }
    }

    private func mayHaveMergeConflicts() -> Bool {
        var merging = FieldMerging(document: document, schema: schema, names: names, fragments: fragments)
        return merging.hasConflicts()
    }

    // MARK: Operations

    private mutating func visitOperation(_ node: OperationNode) throws(Stop) {
        let root = schema.root(node.kind)
        if root == nil {
            try report("The \(node.kind.rawValue) operation is not supported by the schema.", node.extent)
        }
        if node.name.isPresent {
            if let first = operationNames[node.name.id] {
                let message = "There can be only one operation named \"\(text(node.name))\"."
                try report(message, [extent(first), extent(node.name)])
            } else {
                operationNames[node.name.id] = node.name
            }
        } else if document.operations.count > 1 {
            try report("This anonymous operation must be the only defined operation.", node.extent)
        }
        if node.kind == .subscription, let root { try checkSubscription(node, root) }
        if node.kind == .subscription { try checkSubscriptionIsWhole(node) }
        variables = Dictionary(
            node.variables.indices.map { (document.variables[$0].name.id, document.variables[$0]) },
            uniquingKeysWith: { $1 }
        )
        try checkVariableNames(node)
        try checkUniqueDirectives(node.directives)
        for index in node.variables.indices { try visitVariable(document.variables[index]) }
        try visitDirectives(node.directives, DirectiveLocation(node.kind))
        try visitSelectionSet(node.selectionSet, root)
        try checkVariables(node)
    }

    private mutating func checkVariableNames(_ node: OperationNode) throws(Stop) {
        guard node.variables.count > 1 else { return }
        var order: [Int] = []
        var groups: [Int: [Extent]] = [:]
        for index in node.variables.indices {
            let name = document.variables[index].name
            if groups[name.id] == nil { order.append(name.id) }
            groups[name.id, default: []].append(extent(name))
        }
        for symbol in order {
            guard let group = groups[symbol], group.count > 1 else { continue }
            try report("There can be only one variable named \"$\(Parser.cut(names[symbol]))\".", group)
        }
    }

    private mutating func visitVariable(_ node: VariableNode) throws(Stop) {
        let type = schema.reference(node.type, in: document)
        let isInput = type.map { schema.named($0).isInput } ?? false
        if type != nil, !isInput {
            let typeText = document.typeText(node.type)
            try report(
                "Variable \"$\(text(node.name))\" cannot be non-input type \"\(typeText)\".",
                document.types[Int(node.type)].extent
            )
        }
        try checkUniqueDirectives(node.directives)
        try checkTypeName(node.type)
        if node.defaultValue >= 0 { try visitValue(node.defaultValue, isInput ? type : nil) }
        try visitDirectives(node.directives, .variableDefinition)
    }

    /// A subscription selects one field, no introspection, and not conditionally.
    private mutating func checkSubscription(_ node: OperationNode, _ root: TypeDefinition) throws(Stop) {
        var collector = RootFields(document: document, schema: schema, names: names, fragments: fragments)
        collector.collect(node.selectionSet, root)
        let title = node.name.isPresent ? "Subscription \"\(text(node.name))\"" : "Anonymous Subscription"
        if !collector.conditions.isEmpty {
            try report(
                "\(title) must not use `@skip` or `@include` directives in the top level selection.",
                collector.conditions
            )
        }
        if collector.groups.count > 1 {
            let extra = collector.groups.dropFirst().flatMap(\.fields).map { document.fields[$0].extent }
            try report("\(title) must select only one top level field.", extra)
        }
        for group in collector.groups {
            guard names[document.fields[group.fields[0]].name.id].hasPrefix("__") else { continue }
            try report(
                "\(title) must not select an introspection top level field.",
                group.fields.map { document.fields[$0].extent }
            )
        }
    }

    // MARK: Fragments

    private mutating func visitFragment(_ node: FragmentNode) throws(Stop) {
        let type = namedType(node.condition)
        if let type, !type.isComposite {
            try report(
                "Fragment \"\(text(node.name))\" cannot condition on non composite type \"\(type.name)\".",
                document.types[Int(node.condition)].extent
            )
        }
        if let first = fragmentNames[node.name.id] {
            let message = "There can be only one fragment named \"\(text(node.name))\"."
            try report(message, [extent(first), extent(node.name)])
        } else {
            fragmentNames[node.name.id] = node.name
        }
        for cycle in cycleSearch.cycles(from: node, document, fragments) {
            // So many names are longer than what is shown of them.
            let via = cycle.dropLast().prefix(300).map { "\"\(text(document.spreads[$0].name))\"" }
                .joined(separator: ", ")
            let name = cycle.last.map { text(document.spreads[$0].name) } ?? ""
            try report(
                "Cannot spread fragment \"\(name)\" within itself" + (via.isEmpty ? "." : " via \(Parser.cut(via))."),
                cycle.map { document.spreads[$0].extent }
            )
        }
        try checkUniqueDirectives(node.directives)
        try checkTypeName(node.condition)
        try visitDirectives(node.directives, .fragmentDefinition)
        try visitSelectionSet(node.selectionSet, type?.isOutput ?? false ? type : nil)
    }

    private mutating func checkUnusedFragments() throws(Stop) {
        guard !document.fragments.isEmpty else { return }
        var used = Set<Int>()
        for operation in document.operations {
            for spread in document.reachableSpreads(operation.selectionSet, fragments, &used) { used.insert(spread) }
        }
        for fragment in document.fragments where !used.contains(fragment.name.id) {
            try report("Fragment \"\(text(fragment.name))\" is never used.", fragment.extent)
        }
    }

    // MARK: Types

    func extent(_ name: Name) -> Extent { Extent(name.start, name.end) }

    /// Checks that the named type inside a type exists.
    mutating func checkTypeName(_ type: Int32) throws(Stop) {
        var node = document.types[Int(type)]
        while node.inner >= 0 { node = document.types[Int(node.inner)] }
        let name = names[node.name.id]
        guard schema.type(name) == nil else { return }
        let defined = document.typeSystem.filter { !$0.isExtension && $0.kind != .directive && $0.kind != .schema }
            .map { names[$0.name.id] }
        if defined.contains(name) { return }
        let similar = similar(name, schema.types.map(\.name) + defined)
        try report("Unknown type \"\(Parser.cut(name))\"." + Suggestions.question(similar), node.extent)
    }

    /// Checks the types, directives and literals of definitions that do not belong in an executable document.
    private mutating func visitTypeSystem(_ node: TypeSystemNode) throws(Stop) {
        try checkUniqueDirectives(node.directives)
        if node.kind != .union { for type in node.types { try checkTypeName(type) } }
        try visitDirectives(node.directives, DirectiveLocation(node.kind))
        for operation in node.operations { try checkTypeName(operation.type) }
        if node.kind == .union { for type in node.types { try checkTypeName(type) } }
        for field in node.fields {
            try checkUniqueDirectives(field.directives)
            for argument in field.arguments { try visitInput(argument, .argumentDefinition) }
            try checkTypeName(field.type)
            try visitDirectives(field.directives, .fieldDefinition)
        }
        for input in node.inputs {
            try visitInput(input, node.kind == .directive ? .argumentDefinition : .inputFieldDefinition)
        }
        for value in node.values {
            try checkUniqueDirectives(value.directives)
            try visitDirectives(value.directives, .enumValue)
        }
    }

    private mutating func visitInput(_ node: InputValueNode, _ location: DirectiveLocation) throws(Stop) {
        try checkUniqueDirectives(node.directives)
        try checkTypeName(node.type)
        if node.defaultValue >= 0 { try visitValue(node.defaultValue, nil) }
        try visitDirectives(node.directives, location)
    }
}

extension DirectiveLocation {
    init(_ kind: OperationKind) {
        switch kind {
        case .query: self = .query
        case .mutation: self = .mutation
        case .subscription: self = .subscription
        }
    }

    init(_ kind: DefinitionKind) {
        switch kind {
        case .schema, .directive: self = .schema
        case .scalar: self = .scalar
        case .object: self = .object
        case .interface: self = .interface
        case .union: self = .union
        case .enumeration: self = .enumeration
        case .inputObject: self = .inputObject
        }
    }
}
