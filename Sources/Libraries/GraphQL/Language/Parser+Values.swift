extension Parser {
    /// A literal, by its index.
    mutating func literal(isConstant: Bool) throws(GraphQLError) -> Int32 {
        let start = token
        switch start.kind {
        case .bracketOpen:
            return try nested { (parser: inout Parser) throws(GraphQLError) in
                try parser.list(isConstant: isConstant)
            }
        case .braceOpen:
            return try nested { (parser: inout Parser) throws(GraphQLError) in
                try parser.object(isConstant: isConstant)
            }
        case .int: return try leaf(.int)
        case .float: return try leaf(.float)
        case .string: return try leaf(.string)
        case .blockString: return try leaf(.blockString)
        case .name:
            if isKeyword("true") || isKeyword("false") { return try leaf(.boolean) }
            if isKeyword("null") { return try leaf(.null) }
            let name = try name()
            return add(LiteralNode(kind: .enumeration, extent: extent(start.start), name: name, children: .empty))
        case .dollar where isConstant:
            try advance()
            guard peek(.name) else { throw unexpected(start) }
            throw lexer.error(
                "Unexpected variable \"$\(Self.cut(lexer.text(token)))\" in constant value.",
                start.start
            )
        case .dollar:
            try advance()
            let name = try name()
            return add(LiteralNode(kind: .variable, extent: extent(start.start), name: name, children: .empty))
        default:
            throw unexpected()
        }
    }

    private mutating func leaf(_ kind: LiteralKind) throws(GraphQLError) -> Int32 {
        let extent = Extent(token.start, token.end)
        try advance()
        return add(LiteralNode(kind: kind, extent: extent, name: .none, children: .empty))
    }

    private mutating func add(_ node: LiteralNode) -> Int32 {
        tree.literals.append(node)
        return Int32(truncatingIfNeeded: tree.literals.count &- 1)
    }

    private mutating func list(isConstant: Bool) throws(GraphQLError) -> Int32 {
        let start = token.start
        try advance()
        let mark = openItems.count
        while try !skip(.bracketClose) {
            let item = try literal(isConstant: isConstant)
            openItems.append(item)
        }
        let children = openItems.move(from: mark, to: &tree.literalItems)
        return add(LiteralNode(kind: .list, extent: extent(start), name: .none, children: children))
    }

    private mutating func object(isConstant: Bool) throws(GraphQLError) -> Int32 {
        let start = token.start
        try advance()
        let mark = openMembers.count
        while try !skip(.braceClose) {
            let memberStart = token.start
            let name = try name()
            try expect(.colon)
            let value = try literal(isConstant: isConstant)
            openMembers.append(ObjectFieldNode(extent: extent(memberStart), name: name, value: value))
        }
        let children = openMembers.move(from: mark, to: &tree.objectFields)
        return add(LiteralNode(kind: .object, extent: extent(start), name: .none, children: children))
    }

    // MARK: Types

    /// A type, by its index.
    mutating func type() throws(GraphQLError) -> Int32 {
        let start = token.start
        var type: Int32
        if peek(.bracketOpen) {
            try advance()
            let inner = try nested { (parser: inout Parser) throws(GraphQLError) in try parser.type() }
            try expect(.bracketClose)
            type = add(TypeNode(kind: .list, extent: extent(start), name: .none, inner: inner))
        } else {
            type = try namedType()
        }
        if try skip(.bang) {
            type = add(TypeNode(kind: .nonNull, extent: extent(start), name: .none, inner: type))
        }
        return type
    }

    /// A named type, by its index.
    mutating func namedType() throws(GraphQLError) -> Int32 {
        let start = token.start
        let name = try name()
        return add(TypeNode(kind: .named, extent: extent(start), name: name, inner: -1))
    }

    private mutating func add(_ node: TypeNode) -> Int32 {
        if tree.types.isEmpty { tree.types.reserveCapacity(8) }
        tree.types.append(node)
        return Int32(truncatingIfNeeded: tree.types.count &- 1)
    }
}
