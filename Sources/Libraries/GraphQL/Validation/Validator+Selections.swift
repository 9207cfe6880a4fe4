extension Validator {
    /// Visits a selection set whose fields belong to `parent`, if that is known and composite.
    mutating func visitSelectionSet(_ set: Int32, _ parent: TypeDefinition?) throws(Stop) {
        let parent = parent.flatMap { $0.isComposite ? $0 : nil }
        if hasMergeConflicts {
            for conflict in mergeReport.conflicts(in: set, parent) {
                try report(
                    "Fields \"\(conflict.name)\" conflict because \(conflict.reason). "
                        + "Use different aliases on the fields to fetch both if this was intentional.",
                    conflict.fields.map { document.fields[$0].extent }
                )
            }
        }
        for index in document.selectionSets[Int(set)].selections.indices {
            switch document.selections[index] {
            case .field(let field): try visitField(document.fields[Int(field)], Int(field), parent)
            case .spread(let spread): try visitSpread(document.spreads[Int(spread)], parent)
            case .inline(let inline): try visitInline(document.inlineFragments[Int(inline)], parent)
            }
        }
    }

    // MARK: Fields

    private mutating func visitField(_ node: FieldNode, _ index: Int, _ parent: TypeDefinition?) throws(Stop) {
        let name = names[node.name.id]
        let shape = parent.flatMap { schema.field(name, of: $0) }
        if let shape { try checkLeaf(node, shape) }
        if let parent, shape == nil {
            try report(
                "Cannot query field \"\(Parser.cut(name))\" on type \"\(parent.name)\"."
                    + fieldSuggestion(name, parent),
                node.extent
            )
        }
        try checkUniqueDirectives(node.directives)
        try checkIncremental(node.directives, parent, shape)
        try checkUniqueArguments(node.arguments)
        if name == "__schema" || name == "__type", introspectionDepth.isExceeded(by: index) {
            try report("Maximum introspection depth exceeded", node.extent)
        }
        for position in node.arguments.indices {
            let argument = document.arguments[position]
            let definition = shape?.arguments.first { $0.name == names[argument.name.id] }
            if definition == nil, let shape, let parent {
                try reportUnknownArgument(argument, shape, parent)
            }
            try visitArgumentValue(argument, definition)
        }
        try visitDirectives(node.directives, .field)
        if node.selectionSet >= 0 {
            try visitSelectionSet(node.selectionSet, shape.map { schema.named($0.type) })
        }
        guard let shape else { return }
        for definition in shape.arguments where schema.isRequired(definition) {
            if node.arguments.indices.contains(where: { names[document.arguments[$0].name.id] == definition.name }) {
                continue
            }
            try report(
                "Field \"\(shape.name)\" argument \"\(definition.name)\" of type \"\(definition.typeName)\" "
                    + "is required, but it was not provided.",
                node.extent
            )
        }
    }

    private mutating func checkLeaf(_ node: FieldNode, _ shape: FieldDefinition) throws(Stop) {
        let name = text(node.name)
        if schema.named(shape.type).isLeaf {
            guard node.selectionSet >= 0 else { return }
            try report(
                "Field \"\(name)\" must not have a selection since type \"\(schema.text(shape.type))\" has no subfields.",
                document.selectionSets[Int(node.selectionSet)].extent
            )
        } else if node.selectionSet < 0 {
            try report(
                "Field \"\(name)\" of type \"\(schema.text(shape.type))\" must have a selection of subfields. "
                    + "Did you mean \"\(name) { ... }\"?",
                node.extent
            )
        }
    }

    private mutating func reportUnknownArgument(
        _ argument: ArgumentNode,
        _ shape: FieldDefinition,
        _ parent: TypeDefinition
    ) throws(Stop) {
        let similar = similar(names[argument.name.id], shape.arguments.map(\.name))
        try report(
            "Unknown argument \"\(text(argument.name))\" on field \"\(parent.name).\(shape.name)\"."
                + Suggestions.question(similar),
            argument.extent
        )
    }

    private func fieldSuggestion(_ name: String, _ parent: TypeDefinition) -> String {
        guard suggests else { return "" }
        let types = typesWithField(name, parent)
        if !types.isEmpty { return Suggestions.question(types, "to use an inline fragment on") }
        return Suggestions.question(similar(name, parent.fields.map(\.name)))
    }

    /// The possible types of an abstract type that have a field, and their interfaces that do, the most useful first.
    private func typesWithField(_ name: String, _ parent: TypeDefinition) -> [String] {
        guard parent.isAbstract else { return [] }
        var found: [TypeDefinition] = []
        var uses: [Int: Int] = [:]
        for type in schema.objectTypes(of: parent) where type.field(name) != nil {
            found.append(type)
            uses[type.index] = 1
            for interface in type.interfaces where schema.types[interface].field(name) != nil {
                if uses[interface] == nil { found.append(schema.types[interface]) }
                uses[interface, default: 0] += 1
            }
        }
        return found.sorted { left, right in
            let (leftUses, rightUses) = (uses[left.index] ?? 0, uses[right.index] ?? 0)
            if leftUses != rightUses { return leftUses > rightUses }
            if left.kind == .interface, right.interfaces.contains(left.index) { return true }
            if right.kind == .interface, left.interfaces.contains(right.index) { return false }
            return NaturalOrder.precedes(left.name, right.name)
        }.map(\.name)
    }

    // MARK: Fragments

    private mutating func visitSpread(_ node: SpreadNode, _ parent: TypeDefinition?) throws(Stop) {
        guard let fragment = fragments[node.name.id].map({ document.fragments[$0] }) else {
            try report("Unknown fragment \"\(text(node.name))\".", extent(node.name))
            try checkUniqueDirectives(node.directives)
            try checkIncremental(node.directives, parent)
            return try visitDirectives(node.directives, .fragmentSpread)
        }
        if let type = namedType(fragment.condition), type.isComposite, let parent,
            !schema.overlap(type.index, parent.index)
        {
            try report(
                "Fragment \"\(text(node.name))\" cannot be spread here as objects of type \"\(parent.name)\" "
                    + "can never be of type \"\(type.name)\".",
                node.extent
            )
        }
        try checkUniqueDirectives(node.directives)
        try checkIncremental(node.directives, parent)
        try visitDirectives(node.directives, .fragmentSpread)
    }

    private mutating func visitInline(_ node: InlineFragmentNode, _ parent: TypeDefinition?) throws(Stop) {
        let type = node.condition < 0 ? parent : namedType(node.condition)
        if node.condition >= 0, let type {
            if !type.isComposite {
                try report(
                    "Fragment cannot condition on non composite type \"\(type.name)\".",
                    document.types[Int(node.condition)].extent
                )
            } else if let parent, !schema.overlap(type.index, parent.index) {
                try report(
                    "Fragment cannot be spread here as objects of type \"\(parent.name)\" "
                        + "can never be of type \"\(type.name)\".",
                    node.extent
                )
            }
        }
        try checkUniqueDirectives(node.directives)
        try checkIncremental(node.directives, parent)
        if node.condition >= 0 { try checkTypeName(node.condition) }
        try visitDirectives(node.directives, .inlineFragment)
        try visitSelectionSet(node.selectionSet, type?.isOutput ?? false ? type : nil)
    }
}
