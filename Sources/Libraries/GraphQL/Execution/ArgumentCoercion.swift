/// Turns the arguments of a field or directive into values of their declared types.
///
/// Source: GraphQL September 2025, 6.4.1, "Coercing Field Arguments".
struct ArgumentCoercion {
    let literals: LiteralCoercion

    private var schema: Schema { literals.schema }
    private var document: Document { literals.document }

    /// The arguments, defaults filled in.
    func arguments(
        _ definitions: [InputValueDefinition],
        _ nodes: NodeRange,
        at extent: Extent
    ) throws(GraphQLError) -> Arguments {
        guard !definitions.isEmpty else { return Arguments() }
        var members: [Value.Member] = []
        members.reserveCapacity(definitions.count)
        for definition in definitions {
            if let value = try value(definition, node(definition.name, nodes), extent) {
                members.append(Value.Member(name: definition.name, value: value))
            }
        }
        return Arguments(members)
    }

    private func node(_ name: String, _ nodes: NodeRange) -> ArgumentNode? {
        for index in nodes.indices {
            let node = document.arguments[index]
            if document.text(node.name) == name { return node }
        }
        return nil
    }

    private func value(
        _ definition: InputValueDefinition,
        _ node: ArgumentNode?,
        _ extent: Extent
    ) throws(GraphQLError) -> Value? {
        guard let node else {
            return try fallback(definition, "was not provided.", extent)
        }
        let literal = document.literals[Int(node.value)]
        var isNull = literal.kind == .null
        if literal.kind == .variable {
            guard let value = literals.variables[literal.name] else {
                let name = document.text(literal.name)
                return try fallback(
                    definition,
                    "was provided the variable \"$\(name)\" which was not provided a runtime value.",
                    literal.extent
                )
            }
            isNull = value.isNull
        }
        if isNull, definition.type.isNonNull {
            throw error(
                "Argument \"\(definition.name)\" of non-null type \"\(definition.typeName)\" must not be null.",
                literal.extent
            )
        }
        guard let value = literals.value(node.value, definition.type) else {
            let text = Parser.cut(document.printed(literal: node.value))
            throw error("Argument \"\(definition.name)\" has invalid value \(text).", literal.extent)
        }
        return value
    }

    private func fallback(
        _ definition: InputValueDefinition,
        _ reason: String,
        _ extent: Extent
    ) throws(GraphQLError) -> Value? {
        if let value = schema.defaultValue(definition) { return value }
        guard definition.type.isNonNull else { return nil }
        throw error(
            "Argument \"\(definition.name)\" of required type \"\(definition.typeName)\" \(reason)",
            extent
        )
    }

    private func error(_ message: String, _ extent: Extent) -> GraphQLError {
        GraphQLError(message, locations: [document.location(extent)])
    }
}
