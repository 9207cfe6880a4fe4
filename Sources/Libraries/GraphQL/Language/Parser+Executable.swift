extension Parser {
    /// An operation without keyword: a query.
    mutating func shorthand() throws(GraphQLError) -> Int {
        let start = token.start
        let selectionSet = try selectionSet()
        tree.operations.append(
            OperationNode(
                extent: extent(start),
                kind: .query,
                name: .none,
                description: -1,
                variables: .empty,
                directives: .empty,
                selectionSet: selectionSet
            )
        )
        return tree.operations.count - 1
    }

    mutating func operation(_ kind: OperationKind, _ start: Int, _ description: Int32) throws(GraphQLError) -> Int {
        try advance()
        let name = peek(.name) ? try name() : .none
        let variables = try variableDefinitions()
        let directives = try directives(isConstant: false)
        let selectionSet = try selectionSet()
        tree.operations.append(
            OperationNode(
                extent: extent(start),
                kind: kind,
                name: name,
                description: description,
                variables: variables,
                directives: directives,
                selectionSet: selectionSet
            )
        )
        return tree.operations.count - 1
    }

    mutating func fragment(_ start: Int, _ description: Int32) throws(GraphQLError) -> Int {
        try advance()
        guard !isKeyword("on") else { throw unexpected() }
        let name = try name()
        try expectKeyword("on")
        let condition = try namedType()
        let directives = try directives(isConstant: false)
        let selectionSet = try selectionSet()
        tree.fragments.append(
            FragmentNode(
                extent: extent(start),
                name: name,
                description: description,
                condition: condition,
                directives: directives,
                selectionSet: selectionSet
            )
        )
        return tree.fragments.count - 1
    }

    private mutating func variableDefinitions() throws(GraphQLError) -> NodeRange {
        guard try skip(.parenthesisOpen) else { return .empty }
        if tree.variables.isEmpty { tree.variables.reserveCapacity(8) }
        let first = tree.variables.count
        repeat {
            let start = token.start
            let description = try description()
            let variableStart = token.start
            try expect(.dollar)
            let name = try name()
            let variable = extent(variableStart)
            try expect(.colon)
            let type = try type()
            let defaultValue = try skip(.equals) ? try literal(isConstant: true) : -1
            let directives = try directives(isConstant: true)
            tree.variables.append(
                VariableNode(
                    extent: extent(start),
                    variable: variable,
                    name: name,
                    description: description,
                    type: type,
                    defaultValue: defaultValue,
                    directives: directives
                )
            )
        } while try !skip(.parenthesisClose)
        return NodeRange(first, tree.variables.count)
    }

    // MARK: Selections

    mutating func selectionSet() throws(GraphQLError) -> Int32 {
        let start = token.start
        try expect(.braceOpen)
        depth += 1
        guard depth <= maxDepth else {
            throw lexer.error("Document is nested more than \(maxDepth) levels deep.", start)
        }
        let mark = openSelections.count
        repeat {
            let selection = try selection()
            openSelections.append(selection)
        } while token.kind != .braceClose
        try advance()
        depth -= 1
        let selections = openSelections.move(from: mark, to: &tree.selections)
        tree.selectionSets.append(SelectionSetNode(extent: extent(start), selections: selections))
        return Int32(truncatingIfNeeded: tree.selectionSets.count - 1)
    }

    private mutating func selection() throws(GraphQLError) -> Selection {
        token.kind == .spread ? try fragmentSelection() : .field(try field())
    }

    private mutating func field() throws(GraphQLError) -> Int32 {
        let start = token.start
        var name = try name()
        var alias = Name.none
        if try skip(.colon) {
            alias = name
            name = try self.name()
        }
        let arguments = peek(.parenthesisOpen) ? try arguments(isConstant: false) : .empty
        let directives = peek(.at) ? try directives(isConstant: false) : .empty
        let selectionSet = peek(.braceOpen) ? try selectionSet() : -1
        tree.fields.append(
            FieldNode(
                extent: extent(start),
                alias: alias,
                name: name,
                arguments: arguments,
                directives: directives,
                selectionSet: selectionSet
            )
        )
        return Int32(truncatingIfNeeded: tree.fields.count - 1)
    }

    private mutating func fragmentSelection() throws(GraphQLError) -> Selection {
        let start = token.start
        try advance()
        let hasCondition = try skipKeyword("on")
        if !hasCondition, peek(.name) {
            let name = try name()
            let directives = try directives(isConstant: false)
            tree.spreads.append(SpreadNode(extent: extent(start), name: name, directives: directives))
            return .spread(Int32(truncatingIfNeeded: tree.spreads.count - 1))
        }
        let condition = hasCondition ? try namedType() : -1
        let directives = try directives(isConstant: false)
        let selectionSet = try selectionSet()
        tree.inlineFragments.append(
            InlineFragmentNode(
                extent: extent(start),
                condition: condition,
                directives: directives,
                selectionSet: selectionSet
            )
        )
        return .inline(Int32(truncatingIfNeeded: tree.inlineFragments.count - 1))
    }

    // MARK: Arguments and directives

    mutating func arguments(isConstant: Bool) throws(GraphQLError) -> NodeRange {
        guard try skip(.parenthesisOpen) else { return .empty }
        let first = tree.arguments.count
        repeat {
            let start = token.start
            let name = try name()
            try expect(.colon)
            let value = try literal(isConstant: isConstant)
            tree.arguments.append(ArgumentNode(extent: extent(start), name: name, value: value))
        } while try !skip(.parenthesisClose)
        return NodeRange(first, tree.arguments.count)
    }

    mutating func directives(isConstant: Bool) throws(GraphQLError) -> NodeRange {
        guard peek(.at) else { return .empty }
        if tree.directives.isEmpty { tree.directives.reserveCapacity(8) }
        let first = tree.directives.count
        while peek(.at) {
            let start = token.start
            try advance()
            let name = try name()
            let arguments = try arguments(isConstant: isConstant)
            tree.directives.append(DirectiveNode(extent: extent(start), name: name, arguments: arguments))
        }
        return NodeRange(first, tree.directives.count)
    }
}
