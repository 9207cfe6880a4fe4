extension Document {
    /// A type system definition in its canonical form.
    func printed(_ node: TypeSystemNode) -> String {
        let parts = [node.isExtension ? "extend" : ""] + body(node)
        return printed(description: node.description) + parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func body(_ node: TypeSystemNode) -> [String] {
        let directives = printed(directives: node.directives)
        let name = node.name.isPresent ? text(node.name) : ""
        switch node.kind {
        case .schema:
            let operations = node.operations.map { $0.kind.rawValue + ": " + typeText($0.type) }
            return ["schema", directives, block(operations)]
        case .scalar: return ["scalar", name, directives]
        case .object, .interface:
            let interfaces = wrap("implements ", node.types.map { typeText($0) }.joined(separator: " & "))
            let keyword = node.kind == .object ? "type" : "interface"
            return [keyword, name, interfaces, directives, block(node.fields.map { printed($0) })]
        case .union:
            return ["union", name, directives, wrap("= ", node.types.map { typeText($0) }.joined(separator: " | "))]
        case .enumeration: return ["enum", name, directives, block(node.values.map { printed($0) })]
        case .inputObject: return ["input", name, directives, block(node.inputs.map { printed($0) })]
        case .directive: return [printedDirective(node)]
        }
    }

    private func printedDirective(_ node: TypeSystemNode) -> String {
        "directive @" + text(node.name) + printed(arguments: node.inputs) + (node.isRepeatable ? " repeatable" : "")
            + " on " + node.locations.map { text($0) }.joined(separator: " | ")
    }

    private func printed(_ node: FieldDefinitionNode) -> String {
        printed(description: node.description) + text(node.name) + printed(arguments: node.arguments) + ": "
            + typeText(node.type) + wrap(" ", printed(directives: node.directives))
    }

    private func printed(arguments: [InputValueNode]) -> String {
        let texts = arguments.map { printed($0) }
        if texts.contains(where: { $0.contains("\n") }) {
            return wrap("(\n", indented(texts.joined(separator: "\n")), "\n)")
        }
        return wrap("(", texts.joined(separator: ", "), ")")
    }

    private func printed(_ node: InputValueNode) -> String {
        let value = node.defaultValue < 0 ? "" : "= " + printed(literal: node.defaultValue)
        let parts = [text(node.name) + ": " + typeText(node.type), value, printed(directives: node.directives)]
        return printed(description: node.description) + parts.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func printed(_ node: EnumValueNode) -> String {
        printed(description: node.description) + text(node.name) + wrap(" ", printed(directives: node.directives))
    }
}
