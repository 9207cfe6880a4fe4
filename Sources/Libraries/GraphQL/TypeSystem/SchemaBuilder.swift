/// Builds a schema from definitions that have been validated.
///
/// Several documents build one schema: a document and others that extend it.
struct SchemaBuilder {
    /// A definition and the document it stands in.
    struct Definition {
        let document: Document
        let node: TypeSystemNode
    }

    private var order: [String] = []
    private var definitions: [String: Definition] = [:]
    private var extensions: [String: [Definition]] = [:]
    private var directiveDefinitions: [Definition] = []
    private var schemaDefinitions: [Definition] = []
    private var index: [String: Int] = [:]
    private var parts = SchemaParts()

    /// Builds the schema that the documents define together.
    static func parts(_ documents: [Document]) -> SchemaParts {
        var builder = SchemaBuilder()
        for document in documents { builder.collect(document) }
        builder.addBuiltIn()
        builder.settleOrder()
        builder.buildDirectives()
        builder.buildTypes()
        builder.buildRoots()
        return builder.parts
    }

    // MARK: Collecting

    private mutating func collect(_ document: Document) {
        for node in document.typeSystem {
            let definition = Definition(document: document, node: node)
            switch node.kind {
            case .schema: schemaDefinitions.append(definition)
            case .directive: directiveDefinitions.append(definition)
            default: collect(definition, document.text(node.name))
            }
        }
    }

    private mutating func collect(_ definition: Definition, _ name: String) {
        if definition.node.isExtension {
            extensions[name, default: []].append(definition)
        } else if definitions[name] == nil, !BuiltIn.scalars.contains(name) {
            definitions[name] = definition
            order.append(name)
        }
    }

    private mutating func addBuiltIn() {
        let document = BuiltIn.document
        let known = Set(directiveDefinitions.map { $0.document.text($0.node.name) })
        for node in document.typeSystem {
            let name = document.text(node.name)
            let definition = Definition(document: document, node: node)
            if node.kind != .directive {
                if definitions[name] == nil { definitions[name] = definition }
            } else if !known.contains(name) {
                directiveDefinitions.append(definition)
            }
        }
    }

    /// Lists every type in the order of the reference implementation: as written, with built-in types where they are
    /// first used, and the types of introspection last.
    private mutating func settleOrder() {
        var seen = Set(order)
        var result: [String] = []
        for name in order {
            result.append(name)
            for used in references(name) { visit(used, &seen, &result) }
        }
        for directive in directiveDefinitions {
            for input in directive.node.inputs { visit(named(input.type, directive.document), &seen, &result) }
        }
        visit("__Schema", &seen, &result)
        order = result
        for (position, name) in order.enumerated() { index[name] = position }
    }

    private func visit(_ name: String, _ seen: inout Set<String>, _ result: inout [String]) {
        guard definitions[name] != nil, seen.insert(name).inserted else { return }
        result.append(name)
        for used in references(name) { visit(used, &seen, &result) }
    }

    /// The types that a definition and its extensions mention, in order.
    private func references(_ name: String) -> [String] {
        parts(of: name).flatMap { part -> [String] in
            let (document, node) = (part.document, part.node)
            return node.types.map { named($0, document) }
                + node.fields.flatMap { field in
                    [named(field.type, document)] + field.arguments.map { named($0.type, document) }
                }
                + node.inputs.map { named($0.type, document) }
        }
    }

    /// A definition followed by its extensions.
    private func parts(of name: String) -> [Definition] {
        (definitions[name].map { [$0] } ?? []) + (extensions[name] ?? [])
    }

    private func named(_ type: Int32, _ document: Document) -> String {
        var node = document.types[Int(type)]
        while node.inner >= 0 { node = document.types[Int(node.inner)] }
        return document.text(node.name)
    }

    // MARK: Building

    private mutating func buildDirectives() {
        for definition in directiveDefinitions {
            let (document, node) = (definition.document, definition.node)
            let arguments = inputs(node.inputs, document)
            parts.directives.append(
                DirectiveDefinition(
                    name: document.text(node.name),
                    description: document.description(node.description),
                    arguments: arguments,
                    locations: node.locations.map { document.text($0) },
                    isRepeatable: node.isRepeatable
                )
            )
        }
    }

    private mutating func buildTypes() {
        for (position, name) in order.enumerated() {
            guard let definition = definitions[name] else { continue }
            var draft = TypeDraft(kind: TypeKind(definition.node.kind), name: name)
            draft.description = definition.document.description(definition.node.description)
            for part in parts(of: name) { add(part, to: &draft) }
            parts.types.append(TypeDefinition(draft, index: position))
        }
    }

    private mutating func add(_ part: Definition, to draft: inout TypeDraft) {
        let (document, node) = (part.document, part.node)
        draft.directives += applied(node.directives, document)
        let used = node.types.compactMap { index[named($0, document)] }
        if draft.kind == .union { draft.members += used } else { draft.interfaces += used }
        for field in node.fields {
            let type = reference(field.type, document)
            draft.fields.append(
                FieldDefinition(
                    name: document.text(field.name),
                    description: document.description(field.description),
                    arguments: inputs(field.arguments, document),
                    type: type,
                    typeName: type.text(order[type.index]),
                    directives: applied(field.directives, document)
                )
            )
        }
        draft.inputFields += inputs(node.inputs, document)
        for value in node.values {
            draft.enumValues.append(
                EnumValueDefinition(
                    name: document.text(value.name),
                    description: document.description(value.description),
                    directives: applied(value.directives, document)
                )
            )
        }
    }

    private mutating func inputs(_ nodes: [InputValueNode], _ document: Document) -> [InputValueDefinition] {
        nodes.map { node in
            let type = reference(node.type, document)
            var slot = -1
            if node.defaultValue >= 0 {
                slot = parts.defaultLiterals.count
                let literal = ConstantLiteral(document: document, literal: node.defaultValue)
                parts.defaultLiterals.append((literal, type))
            }
            return InputValueDefinition(
                name: document.text(node.name),
                description: document.description(node.description),
                type: type,
                typeName: type.text(order[type.index]),
                defaultValue: slot < 0 ? nil : document.constant(node.defaultValue),
                defaultSlot: slot,
                directives: applied(node.directives, document)
            )
        }
    }

    private func reference(_ type: Int32, _ document: Document) -> TypeReference {
        let node = document.types[Int(type)]
        switch node.kind {
        case .named: return TypeReference(named: index[document.text(node.name)] ?? 0)
        case .list: return reference(node.inner, document).list
        case .nonNull: return reference(node.inner, document).nonNull
        }
    }

    /// Directives with the arguments their definition gives them.
    ///
    /// Order of definition does not matter.
    private func applied(_ directives: NodeRange, _ document: Document) -> [AppliedDirective] {
        directives.indices.map { position in
            let node = document.directives[position]
            let name = document.text(node.name)
            let definition = directiveDefinitions.first { $0.document.text($0.node.name) == name }
            var members: [Value.Member] = []
            var given: [String: Value] = [:]
            for argument in node.arguments.indices {
                let argument = document.arguments[argument]
                given[document.text(argument.name)] = document.constant(argument.value)
            }
            for input in definition?.node.inputs ?? [] {
                guard let source = definition?.document else { continue }
                let inputName = source.text(input.name)
                let fallback = input.defaultValue < 0 ? nil : source.constant(input.defaultValue)
                guard var value = given[inputName] ?? fallback else { continue }
                if case .list = value {} else if isList(input.type, source), !value.isNull { value = .list([value]) }
                members.append(Value.Member(name: inputName, value: value))
            }
            return AppliedDirective(name: name, arguments: Arguments(members))
        }
    }

    private func isList(_ type: Int32, _ document: Document) -> Bool {
        let node = document.types[Int(type)]
        return node.kind == .list || (node.kind == .nonNull && isList(node.inner, document))
    }

    private mutating func buildRoots() {
        parts.hasExplicitDefinition = schemaDefinitions.contains { !$0.node.isExtension }
        for definition in schemaDefinitions {
            if parts.description == nil {
                parts.description = definition.document.description(definition.node.description)
            }
            parts.appliedDirectives += applied(definition.node.directives, definition.document)
            for operation in definition.node.operations where parts.roots[operation.kind] == nil {
                parts.roots[operation.kind] = index[named(operation.type, definition.document)]
            }
        }
        guard !parts.hasExplicitDefinition else { return }
        for (kind, name) in [(OperationKind.query, "Query"), (.mutation, "Mutation"), (.subscription, "Subscription")] {
            if parts.roots[kind] == nil { parts.roots[kind] = index[name] }
        }
    }
}

extension TypeKind {
    init(_ kind: DefinitionKind) {
        switch kind {
        case .object: self = .object
        case .interface: self = .interface
        case .union: self = .union
        case .enumeration: self = .enumeration
        case .inputObject: self = .inputObject
        default: self = .scalar
        }
    }
}
