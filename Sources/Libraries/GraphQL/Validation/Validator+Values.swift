extension Validator {
    /// Visits a literal where a type is expected, if that is known.
    ///
    /// - Parameter isChecked: Whether the literal is still compared with the type; what lies inside a literal that was
    ///   reported is only searched for names given twice.
    mutating func visitValue(_ literal: Int32, _ type: TypeReference?, isChecked: Bool = true) throws(Stop) {
        let node = document.literals[Int(literal)]
        switch node.kind {
        case .variable: return
        case .list: try visitList(node, literal, type, isChecked)
        case .object: try visitObject(node, literal, type, isChecked)
        case .null:
            guard isChecked, let type, type.isNonNull else { return }
            try report("Expected value of type \"\(schema.text(type))\", found null.", node.extent)
        default:
            if isChecked { try checkLeaf(node, literal, type) }
        }
    }

    private mutating func visitList(
        _ node: LiteralNode,
        _ literal: Int32,
        _ type: TypeReference?,
        _ isChecked: Bool
    ) throws(Stop) {
        let nullable = type?.nullable
        let isList = nullable?.isList ?? false
        if isChecked, !isList { try checkLeaf(node, literal, nullable) }
        let item = isList ? nullable?.unwrapped : nullable
        for index in node.children.indices {
            try visitValue(document.literalItems[index], item, isChecked: isChecked && isList)
        }
    }

    private mutating func visitObject(
        _ node: LiteralNode,
        _ literal: Int32,
        _ type: TypeReference?,
        _ isChecked: Bool
    ) throws(Stop) {
        let named = type.map { schema.named($0) }
        let object = named?.kind == .inputObject ? named : nil
        if isChecked {
            if let object {
                try checkRequiredFields(node, object)
            } else {
                try checkLeaf(node, literal, type)
            }
        }
        var seen: [Int: Name] = [:]
        for index in node.children.indices {
            let member = document.objectFields[index]
            let field = object?.inputField(names[member.name.id])
            if isChecked, let object, field == nil {
                let similar = similar(names[member.name.id], object.inputFields.map(\.name))
                try report(
                    "Field \"\(text(member.name))\" is not defined by type \"\(object.name)\"."
                        + Suggestions.question(similar),
                    member.extent
                )
            }
            if let first = seen[member.name.id] {
                try report(
                    "There can be only one input field named \"\(text(member.name))\".",
                    [extent(first), extent(member.name)]
                )
            } else {
                seen[member.name.id] = member.name
            }
            try visitValue(member.value, field?.type, isChecked: isChecked && object != nil)
        }
    }

    private mutating func checkRequiredFields(_ node: LiteralNode, _ type: TypeDefinition) throws(Stop) {
        var given: [String: Int32] = [:]
        var order: [String] = []
        for index in node.children.indices {
            let member = document.objectFields[index]
            let name = names[member.name.id]
            if given[name] == nil { order.append(name) }
            given[name] = member.value
        }
        for field in type.inputFields where schema.isRequired(field) && given[field.name] == nil {
            try report(
                "Field \"\(type.name).\(field.name)\" of required type \"\(field.typeName)\" was not provided.",
                node.extent
            )
        }
        guard type.isOneOf else { return }
        guard order.count == 1, let value = given[order[0]] else {
            return try report("OneOf Input Object \"\(type.name)\" must specify exactly one key.", node.extent)
        }
        let literal = document.literals[Int(value)]
        if literal.kind == .null {
            try report("Field \"\(type.name).\(Parser.cut(order[0]))\" must be non-null.", node.extent)
        }
        guard literal.kind == .variable, let variable = variables[literal.name.id] else { return }
        guard document.types[Int(variable.type)].kind != .nonNull else { return }
        try report(
            "Variable \"\(text(variable.name))\" must be non-nullable to be used for OneOf Input Object "
                + "\"\(type.name)\".",
            node.extent
        )
    }

    // MARK: Leaves

    /// Checks a literal that must be a leaf.
    private mutating func checkLeaf(_ node: LiteralNode, _ literal: Int32, _ type: TypeReference?) throws(Stop) {
        guard let type else { return }
        let named = schema.named(type)
        guard let reason = leafProblem(node, literal, named, type) else { return }
        try report(reason, node.extent)
    }

    private func leafProblem(
        _ node: LiteralNode,
        _ literal: Int32,
        _ named: TypeDefinition,
        _ type: TypeReference
    ) -> String? {
        guard named.isLeaf else {
            return "Expected value of type \"\(schema.text(type))\", found \(printed(literal))."
        }
        switch LeafKind(named) {
        case .int:
            guard node.kind == .int else { return "Int cannot represent non-integer value: \(printed(literal))" }
            guard Int32(document.sourceText(node.extent)) == nil else { return nil }
            return "Int cannot represent non 32-bit signed integer value: \(printed(literal))"
        case .float:
            return node.kind == .int || node.kind == .float
                ? nil : "Float cannot represent non numeric value: \(printed(literal))"
        case .string:
            return node.kind == .string || node.kind == .blockString
                ? nil : "String cannot represent a non string value: \(printed(literal))"
        case .boolean:
            return node.kind == .boolean
                ? nil : "Boolean cannot represent a non boolean value: \(printed(literal))"
        case .id:
            return node.kind == .string || node.kind == .blockString || node.kind == .int
                ? nil : "ID cannot represent a non-string and non-integer value: \(printed(literal))"
        case .enumeration: return enumProblem(node, literal, named)
        case .custom, .none: return nil
        }
    }

    private func enumProblem(_ node: LiteralNode, _ literal: Int32, _ type: TypeDefinition) -> String? {
        let text = printed(literal)
        let question = Suggestions.question(similar(text, type.enumValues.map(\.name)), "the enum value")
        guard node.kind == .enumeration else {
            return "Enum \"\(type.name)\" cannot represent non-enum value: \(text)." + question
        }
        return type.enumValue(text) == nil
            ? "Value \"\(text)\" does not exist in \"\(type.name)\" enum." + question : nil
    }

    private func printed(_ literal: Int32) -> String { Parser.cut(document.printed(literal: literal)) }
}
