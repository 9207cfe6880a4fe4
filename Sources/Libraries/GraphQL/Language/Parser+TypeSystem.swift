extension Parser {
    /// The kind of definition that the current keyword starts.
    func definitionKind() -> DefinitionKind? {
        if isKeyword("type") { return .object }
        if isKeyword("input") { return .inputObject }
        if isKeyword("enum") { return .enumeration }
        if isKeyword("interface") { return .interface }
        if isKeyword("union") { return .union }
        if isKeyword("scalar") { return .scalar }
        if isKeyword("directive") { return .directive }
        if isKeyword("schema") { return .schema }
        return nil
    }

    mutating func typeSystemDefinition(
        _ kind: DefinitionKind,
        _ start: Int,
        _ description: Int32
    ) throws(GraphQLError) -> Int {
        try advance()
        var node = TypeSystemNode(kind, isExtension: false)
        node.description = description
        switch kind {
        case .schema:
            node.directives = try directives(isConstant: true)
            node.operations = try operationTypes(isOptional: false)
        case .directive:
            try directiveDefinition(&node)
        default:
            node.name = try name()
            try body(&node)
        }
        return add(&node, start)
    }

    mutating func typeSystemExtension() throws(GraphQLError) -> Int {
        let start = token.start
        try advance()
        guard peek(.name), let kind = definitionKind(), kind != .directive else { throw unexpected() }
        try advance()
        var node = TypeSystemNode(kind, isExtension: true)
        if kind == .schema {
            node.directives = try directives(isConstant: true)
            node.operations = try operationTypes(isOptional: true)
        } else {
            node.name = try name()
            try body(&node)
        }
        let isEmpty =
            node.directives.isEmpty && node.types.isEmpty && node.fields.isEmpty && node.inputs.isEmpty
            && node.values.isEmpty && node.operations.isEmpty
        guard !isEmpty else { throw unexpected() }
        return add(&node, start)
    }

    private mutating func add(_ node: inout TypeSystemNode, _ start: Int) -> Int {
        node.extent = extent(start)
        tree.typeSystem.append(node)
        return tree.typeSystem.count - 1
    }

    /// What follows a type's name.
    private mutating func body(_ node: inout TypeSystemNode) throws(GraphQLError) {
        if node.kind == .object || node.kind == .interface { node.types = try interfaces() }
        node.directives = try directives(isConstant: true)
        switch node.kind {
        case .object, .interface: node.fields = try fieldDefinitions()
        case .union: node.types = try unionMembers()
        case .enumeration: node.values = try enumValues()
        case .inputObject: node.inputs = try inputValues(.braceOpen, .braceClose)
        default: break
        }
    }

    private mutating func directiveDefinition(_ node: inout TypeSystemNode) throws(GraphQLError) {
        try expect(.at)
        node.name = try name()
        node.inputs = try inputValues(.parenthesisOpen, .parenthesisClose)
        node.isRepeatable = try skipKeyword("repeatable")
        try expectKeyword("on")
        _ = try skip(.pipe)
        repeat {
            let start = token
            let location = try name()
            guard DirectiveLocation(rawValue: lexer.text(start)) != nil else { throw unexpected(start) }
            node.locations.append(location)
        } while try skip(.pipe)
    }

    private mutating func operationTypes(isOptional: Bool) throws(GraphQLError) -> [OperationTypeNode] {
        if isOptional, !peek(.braceOpen) { return [] }
        try expect(.braceOpen)
        var nodes: [OperationTypeNode] = []
        repeat {
            let start = token
            try expect(.name)
            guard let kind = OperationKind(rawValue: lexer.text(start)) else { throw unexpected(start) }
            try expect(.colon)
            let type = try namedType()
            nodes.append(OperationTypeNode(extent: extent(start.start), kind: kind, type: type))
        } while try !skip(.braceClose)
        return nodes
    }

    private mutating func interfaces() throws(GraphQLError) -> [Int32] {
        guard try skipKeyword("implements") else { return [] }
        return try delimited(.ampersand)
    }

    private mutating func unionMembers() throws(GraphQLError) -> [Int32] {
        guard try skip(.equals) else { return [] }
        return try delimited(.pipe)
    }

    private mutating func delimited(_ delimiter: TokenKind) throws(GraphQLError) -> [Int32] {
        _ = try skip(delimiter)
        var types: [Int32] = []
        repeat {
            let type = try namedType()
            types.append(type)
        } while try skip(delimiter)
        return types
    }

    private mutating func fieldDefinitions() throws(GraphQLError) -> [FieldDefinitionNode] {
        guard try skip(.braceOpen) else { return [] }
        var nodes: [FieldDefinitionNode] = []
        repeat {
            let start = token.start
            let description = try description()
            let name = try name()
            let arguments = try inputValues(.parenthesisOpen, .parenthesisClose)
            try expect(.colon)
            let type = try type()
            let directives = try directives(isConstant: true)
            nodes.append(
                FieldDefinitionNode(
                    extent: extent(start),
                    description: description,
                    name: name,
                    arguments: arguments,
                    type: type,
                    directives: directives
                )
            )
        } while try !skip(.braceClose)
        return nodes
    }

    private mutating func inputValues(_ open: TokenKind, _ close: TokenKind) throws(GraphQLError) -> [InputValueNode] {
        guard try skip(open) else { return [] }
        var nodes: [InputValueNode] = []
        repeat {
            let start = token.start
            let description = try description()
            let name = try name()
            try expect(.colon)
            let type = try type()
            let defaultValue = try skip(.equals) ? try literal(isConstant: true) : -1
            let directives = try directives(isConstant: true)
            nodes.append(
                InputValueNode(
                    extent: extent(start),
                    description: description,
                    name: name,
                    type: type,
                    defaultValue: defaultValue,
                    directives: directives
                )
            )
        } while try !skip(close)
        return nodes
    }

    private mutating func enumValues() throws(GraphQLError) -> [EnumValueNode] {
        guard try skip(.braceOpen) else { return [] }
        var nodes: [EnumValueNode] = []
        repeat {
            let start = token.start
            let description = try description()
            if isKeyword("true") || isKeyword("false") || isKeyword("null") {
                throw lexer.error(
                    "\(describe(token)) is reserved and cannot be used for an enum value.",
                    token.start
                )
            }
            let name = try name()
            let directives = try directives(isConstant: true)
            nodes.append(
                EnumValueNode(extent: extent(start), description: description, name: name, directives: directives)
            )
        } while try !skip(.braceClose)
        return nodes
    }
}
