/// Validates type system definitions before a schema is built from them.
///
/// Errors come in the order of the reference implementation.
struct DefinitionValidator {
    let document: Document

    /// The schema that the document extends, if any.
    let base: Schema?
    let names: [String]

    private(set) var errors: [GraphQLError] = []

    /// Definitions of types in the document, by name; the last of several wins.
    let definedTypes: [String: TypeSystemNode]
    let shapes: [String: DirectiveShape]

    /// The names that may be used as types, for suggestions.
    let typeNames: [String]
    let knownTypes: Set<String>
    /// Those that operations and fragments may name: a standard type only if the extended schema has it.
    let executableTypeNames: [String]

    // What the rules about uniqueness have met so far.
    var schemaDefinitions = 0
    var operationTypes: [OperationKind: Extent] = [:]
    var seenTypes: [String: Name] = [:]
    var seenDirectives: [String: Name] = [:]
    var seenFields: [String: [String: Name]] = [:]
    var seenValues: [String: [String: Name]] = [:]
    var typeDirectives: [String: [String: Extent]] = [:]
    var schemaDirectives: [String: Extent] = [:]

    /// The problems of a document.
    static func errors(_ document: Document, extending base: Schema? = nil) -> [GraphQLError] {
        var validator = DefinitionValidator(document: document, base: base)
        for definition in document.definitions {
            switch definition {
            case .operation(let index): validator.visit(document.operations[index])
            case .fragment(let index): validator.visit(document.fragments[index])
            case .typeSystem(let index): validator.visit(document.typeSystem[index])
            }
        }
        return validator.errors
    }

    private init(document: Document, base: Schema?) {
        self.document = document
        self.base = base
        names = document.symbolTexts()
        var types: [String: TypeSystemNode] = [:]
        var order: [String] = []
        for node in document.typeSystem where !node.isExtension && node.kind != .schema && node.kind != .directive {
            let name = names[node.name.id]
            if types[name] == nil { order.append(name) }
            types[name] = node
        }
        definedTypes = types
        shapes = DirectiveShape.known(in: document, extending: base)
        let standard = BuiltIn.document.typeSystem.filter { $0.kind != .directive }
            .map { BuiltIn.document.text($0.name) }
        typeNames = standard + (base?.types.map(\.name).filter { !standard.contains($0) } ?? []) + order
        knownTypes = Set(typeNames)
        executableTypeNames = (base?.types.map(\.name) ?? []) + order
    }

    mutating func report(_ message: String, _ extents: [Extent]) {
        errors.append(GraphQLError(message, locations: extents.map { document.location($0) }))
    }

    mutating func report(_ message: String, _ extent: Extent) { report(message, [extent]) }

    func text(_ name: Name) -> String { names[name.id] }

    func extent(_ name: Name) -> Extent { Extent(name.start, name.end) }

    // MARK: Walk

    private mutating func visit(_ node: TypeSystemNode) {
        switch node.kind {
        case .schema:
            checkSchema(node)
            checkUniqueDirectives(node)
            visitDirectives(node.directives, .schema)
            for operation in node.operations { checkType(operation.type) }
        case .directive:
            checkUniqueArguments("@" + text(node.name), node.inputs)
            checkDirectiveName(node)
            visitInputs(node.inputs, .argumentDefinition)
        default: visitType(node)
        }
    }

    private mutating func visitType(_ node: TypeSystemNode) {
        let name = text(node.name)
        if !node.isExtension { checkTypeName(node) }
        if node.kind == .enumeration { checkUniqueValues(node) }
        checkUniqueFields(node)
        for field in node.fields { checkUniqueArguments("\(name).\(text(field.name))", field.arguments) }
        checkUniqueDirectives(node)
        if node.isExtension { checkExtension(node) }
        if node.kind != .union { for type in node.types { checkType(type) } }
        visitDirectives(node.directives, DirectiveLocation(node.kind))
        if node.kind == .union { for type in node.types { checkType(type) } }
        for field in node.fields {
            checkUniqueDirectives(field.directives)
            visitInputs(field.arguments, .argumentDefinition)
            checkType(field.type)
            visitDirectives(field.directives, .fieldDefinition)
        }
        visitInputs(node.inputs, .inputFieldDefinition)
        for value in node.values {
            checkUniqueDirectives(value.directives)
            visitDirectives(value.directives, .enumValue)
        }
    }

    private mutating func visitInputs(_ inputs: [InputValueNode], _ location: DirectiveLocation) {
        for input in inputs {
            checkUniqueDirectives(input.directives)
            checkType(input.type)
            if input.defaultValue >= 0 { checkUniqueMembers(input.defaultValue) }
            visitDirectives(input.directives, location)
        }
    }

    private mutating func checkType(_ type: Int32) {
        let node = namedType(type)
        if !knownTypes.contains(text(node.name)) { reportUnknown(node, among: typeNames) }
    }

    mutating func reportUnknown(_ type: TypeNode, among known: [String]) {
        let name = text(type.name)
        let question = Suggestions.question(Suggestions.names(for: name, among: known))
        report("Unknown type \"\(name)\"." + question, type.extent)
    }

    /// The type inside lists and non-null types; too many of them are reported.
    mutating func namedType(_ type: Int32) -> TypeNode {
        var node = document.types[Int(type)]
        var wrappers = 0
        while node.inner >= 0 {
            wrappers += 1
            node = document.types[Int(node.inner)]
        }
        if wrappers >= TypeReference.wrapperLimit {
            report("A type may have at most \(TypeReference.wrapperLimit) list and non-null wrappers.", node.extent)
        }
        return node
    }

    /// Reports members of object literals that are given twice.
    mutating func checkUniqueMembers(_ literal: Int32) {
        let node = document.literals[Int(literal)]
        if node.kind == .list {
            for index in node.children.indices { checkUniqueMembers(document.literalItems[index]) }
        }
        guard node.kind == .object else { return }
        var seen: [Int: Name] = [:]
        for index in node.children.indices {
            let member = document.objectFields[index]
            if let first = seen[member.name.id] {
                report(
                    "There can be only one input field named \"\(text(member.name))\".",
                    [extent(first), extent(member.name)]
                )
            } else {
                seen[member.name.id] = member.name
            }
            checkUniqueMembers(member.value)
        }
    }
}
