extension Validator {
    /// Reports directives that are written twice although their definition does not allow it.
    mutating func checkUniqueDirectives(_ directives: NodeRange) throws(Stop) {
        guard directives.count > 1 else { return }
        var seen: [Int: Extent] = [:]
        for index in directives.indices {
            let node = document.directives[index]
            guard let definition = schema.directive(names[node.name.id]), !definition.isRepeatable else { continue }
            if let first = seen[node.name.id] {
                try report(
                    "The directive \"@\(definition.name)\" can only be used once at this location.",
                    [first, node.extent]
                )
            } else {
                seen[node.name.id] = node.extent
            }
        }
    }

    mutating func visitDirectives(_ directives: NodeRange, _ location: DirectiveLocation) throws(Stop) {
        for index in directives.indices { try visitDirective(document.directives[index], location) }
    }

    private mutating func visitDirective(_ node: DirectiveNode, _ location: DirectiveLocation) throws(Stop) {
        let name = text(node.name)
        let definition = schema.directive(names[node.name.id])
        if let definition {
            if !definition.locations.contains(location.rawValue) {
                try report("Directive \"@\(name)\" may not be used on \(location.rawValue).", node.extent)
            }
            for index in node.arguments.indices { try checkKnown(document.arguments[index], definition) }
        } else {
            try report("Unknown directive \"@\(name)\".", node.extent)
        }
        try checkUniqueArguments(node.arguments)
        for index in node.arguments.indices {
            let argument = document.arguments[index]
            let known = definition?.arguments.first { $0.name == names[argument.name.id] }
            try visitArgumentValue(argument, known)
        }
        for argument in definition?.arguments ?? [] where schema.isRequired(argument) {
            if node.arguments.indices.contains(where: { names[document.arguments[$0].name.id] == argument.name }) {
                continue
            }
            try report(
                "Directive \"@\(name)\" argument \"\(argument.name)\" of type \"\(argument.typeName)\" is required, "
                    + "but it was not provided.",
                node.extent
            )
        }
    }

    private mutating func checkKnown(_ node: ArgumentNode, _ definition: DirectiveDefinition) throws(Stop) {
        let name = names[node.name.id]
        guard !definition.arguments.contains(where: { $0.name == name }) else { return }
        let similar = similar(name, definition.arguments.map(\.name))
        try report(
            "Unknown argument \"\(text(node.name))\" on directive \"@\(definition.name)\"."
                + Suggestions.question(similar),
            node.extent
        )
    }

    /// Reports arguments given more than once.
    mutating func checkUniqueArguments(_ arguments: NodeRange) throws(Stop) {
        guard arguments.count > 1 else { return }
        var order: [Int] = []
        var groups: [Int: [Extent]] = [:]
        for index in arguments.indices {
            let name = document.arguments[index].name
            if groups[name.id] == nil { order.append(name.id) }
            groups[name.id, default: []].append(extent(name))
        }
        guard groups.count < arguments.count else { return }
        for symbol in order {
            guard let group = groups[symbol], group.count > 1 else { continue }
            try report("There can be only one argument named \"\(Parser.cut(names[symbol]))\".", group)
        }
    }

    mutating func visitArgumentValue(_ node: ArgumentNode, _ definition: InputValueDefinition?) throws(Stop) {
        let type = definition.flatMap { schema.named($0.type).isInput ? $0.type : nil }
        try visitValue(node.value, type)
    }
}
