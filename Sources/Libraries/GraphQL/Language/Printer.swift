extension Document {
    /// The document in its canonical form.
    var printed: String {
        definitions.map { definition in
            switch definition {
            case .operation(let index): printed(operations[index])
            case .fragment(let index): printed(fragments[index])
            case .typeSystem(let index): printed(typeSystem[index])
            }
        }.joined(separator: "\n\n")
    }

    /// Lines of arguments longer than this are broken.
    private static let lineLimit = 80

    // MARK: Executable definitions

    private func printed(_ node: OperationNode) -> String {
        let texts = node.variables.indices.map { printed(variables[$0]) }
        var head = node.kind.rawValue
        let isMultiline = node.variables.indices.contains { variables[$0].description >= 0 }
        let list =
            isMultiline
            ? "(\n" + indented(texts.joined(separator: "\n")) + "\n)"
            : wrap("(", texts.joined(separator: ", "), ")")
        let name = (node.name.isPresent ? text(node.name) : "") + list
        let parts = [name, printed(directives: node.directives)].filter { !$0.isEmpty }
        let body = printed(selectionSet: node.selectionSet)
        let description = printed(description: node.description)
        if head == "query", parts.isEmpty, description.isEmpty { return body }
        head = ([head] + parts).joined(separator: " ")
        return description + head + " " + body
    }

    private func printed(_ node: VariableNode) -> String {
        printed(description: node.description) + "$" + text(node.name) + ": " + typeText(node.type)
            + (node.defaultValue >= 0 ? " = " + printed(literal: node.defaultValue) : "")
            + wrap(" ", printed(directives: node.directives))
    }

    private func printed(_ node: FragmentNode) -> String {
        printed(description: node.description) + "fragment \(text(node.name)) on \(typeText(node.condition)) "
            + wrap("", printed(directives: node.directives), " ") + printed(selectionSet: node.selectionSet)
    }

    private func printed(selectionSet: Int32) -> String {
        let set = selectionSets[Int(selectionSet)]
        return block(set.selections.indices.map { printed(selections[$0]) })
    }

    private func printed(_ selection: Selection) -> String {
        switch selection {
        case .field(let field): return printed(fields[Int(field)])
        case .spread(let spread):
            let node = spreads[Int(spread)]
            return "..." + text(node.name) + wrap(" ", printed(directives: node.directives))
        case .inline(let inline):
            let node = inlineFragments[Int(inline)]
            let condition = node.condition < 0 ? "" : "on " + typeText(node.condition)
            let parts = ["...", condition, printed(directives: node.directives)].filter { !$0.isEmpty }
            return parts.joined(separator: " ") + " " + printed(selectionSet: node.selectionSet)
        }
    }

    private func printed(_ node: FieldNode) -> String {
        let prefix = (node.alias.isPresent ? text(node.alias) + ": " : "") + text(node.name)
        let arguments = node.arguments.indices.map { printed(argument: $0) }
        var head = prefix + wrap("(", arguments.joined(separator: ", "), ")")
        if head.utf16.count > Self.lineLimit {
            head = prefix + wrap("(\n", indented(arguments.joined(separator: "\n")), "\n)")
        }
        let body = node.selectionSet < 0 ? "" : printed(selectionSet: node.selectionSet)
        return [head, printed(directives: node.directives), body].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func printed(argument index: Int) -> String {
        text(arguments[index].name) + ": " + printed(literal: arguments[index].value)
    }

    func printed(directives range: NodeRange) -> String {
        range.indices.map { index in
            let node = directives[index]
            let arguments = node.arguments.indices.map { printed(argument: $0) }.joined(separator: ", ")
            return "@" + text(node.name) + wrap("(", arguments, ")")
        }.joined(separator: " ")
    }

    func printed(description literal: Int32) -> String {
        literal < 0 ? "" : printed(literal: literal) + "\n"
    }

    // MARK: Layout

    /// Lines in braces, indented; nothing for no lines.
    func block(_ lines: [String]) -> String {
        lines.isEmpty ? "" : "{\n" + indented(lines.joined(separator: "\n")) + "\n}"
    }

    func wrap(_ start: String, _ text: String, _ end: String = "") -> String {
        text.isEmpty ? "" : start + text + end
    }

    func indented(_ text: String) -> String {
        text.isEmpty ? "" : "  " + text.replacing("\n", with: "\n  ")
    }
}
