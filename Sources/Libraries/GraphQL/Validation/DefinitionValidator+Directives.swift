/// What a directive's definition says, wherever it comes from.
struct DirectiveShape {
    struct Argument {
        let name: String
        let type: String
        let isRequired: Bool
    }

    let locations: [String]
    let isRepeatable: Bool
    let arguments: [Argument]

    init(_ node: TypeSystemNode, _ document: Document) {
        locations = node.locations.map { document.text($0) }
        isRepeatable = node.isRepeatable
        arguments = node.inputs.map { input in
            Argument(
                name: document.text(input.name),
                type: document.typeText(input.type),
                isRequired: document.types[Int(input.type)].kind == .nonNull && input.defaultValue < 0
            )
        }
    }

    init(_ definition: DirectiveDefinition) {
        locations = definition.locations
        isRepeatable = definition.isRepeatable
        arguments = definition.arguments.map {
            Argument(name: $0.name, type: $0.typeName, isRequired: $0.isRequired)
        }
    }

    /// The directives that a document may use: built-in ones, those of the schema it extends, and its own.
    static func known(in document: Document, extending base: Schema?) -> [String: DirectiveShape] {
        var shapes: [String: DirectiveShape] = [:]
        for source in [BuiltIn.document, document] {
            if source === document {
                for directive in base?.directives ?? [] { shapes[directive.name] = DirectiveShape(directive) }
            }
            for node in source.typeSystem where node.kind == .directive {
                shapes[source.text(node.name)] = DirectiveShape(node, source)
            }
        }
        return shapes
    }
}

extension DefinitionValidator {
    /// Checks the directives of a definition together with those of its extensions.
    mutating func checkUniqueDirectives(_ node: TypeSystemNode) {
        if node.kind == .schema {
            var seen = schemaDirectives
            checkUniqueDirectives(node.directives, &seen)
            schemaDirectives = seen
        } else {
            let name = text(node.name)
            var seen = typeDirectives[name] ?? [:]
            checkUniqueDirectives(node.directives, &seen)
            typeDirectives[name] = seen
        }
    }

    /// Checks the directives of anything but a type or schema.
    mutating func checkUniqueDirectives(_ directives: NodeRange) {
        var seen: [String: Extent] = [:]
        checkUniqueDirectives(directives, &seen)
    }

    private mutating func checkUniqueDirectives(_ directives: NodeRange, _ seen: inout [String: Extent]) {
        for index in directives.indices {
            let node = document.directives[index]
            let name = text(node.name)
            guard let definition = shapes[name], !definition.isRepeatable else { continue }
            if let first = seen[name] {
                report("The directive \"@\(name)\" can only be used once at this location.", [first, node.extent])
            } else {
                seen[name] = node.extent
            }
        }
    }

    mutating func visitDirectives(_ directives: NodeRange, _ location: DirectiveLocation) {
        for index in directives.indices { visit(document.directives[index], location) }
    }

    private mutating func visit(_ node: DirectiveNode, _ location: DirectiveLocation) {
        let name = text(node.name)
        let definition = shapes[name]
        if let definition {
            if !definition.locations.contains(location.rawValue) {
                report("Directive \"@\(name)\" may not be used on \(location.rawValue).", node.extent)
            }
            checkKnownArguments(node, definition)
        } else {
            report("Unknown directive \"@\(name)\".", node.extent)
        }
        checkUniqueArguments(node.arguments)
        for index in node.arguments.indices { checkUniqueMembers(document.arguments[index].value) }
        let given = Set(node.arguments.indices.map { text(document.arguments[$0].name) })
        for argument in definition?.arguments ?? [] where argument.isRequired && !given.contains(argument.name) {
            report(
                "Directive \"@\(name)\" argument \"\(argument.name)\" of type \"\(argument.type)\" is required, "
                    + "but it was not provided.",
                node.extent
            )
        }
    }

    private mutating func checkKnownArguments(_ node: DirectiveNode, _ definition: DirectiveShape) {
        for index in node.arguments.indices {
            let argument = document.arguments[index]
            let name = text(argument.name)
            guard !definition.arguments.contains(where: { $0.name == name }) else { continue }
            let similar = Suggestions.names(for: name, among: definition.arguments.map(\.name))
            report(
                "Unknown argument \"\(name)\" on directive \"@\(text(node.name))\"." + Suggestions.question(similar),
                argument.extent
            )
        }
    }

    mutating func checkUniqueArguments(_ arguments: NodeRange) {
        var order: [Int] = []
        var groups: [Int: [Extent]] = [:]
        for index in arguments.indices {
            let name = document.arguments[index].name
            if groups[name.id] == nil { order.append(name.id) }
            groups[name.id, default: []].append(extent(name))
        }
        for symbol in order {
            guard let group = groups[symbol], group.count > 1 else { continue }
            report("There can be only one argument named \"\(names[symbol])\".", group)
        }
    }
}
