extension DefinitionValidator {
    mutating func checkSchema(_ node: TypeSystemNode) {
        if !node.isExtension {
            if let base, base.hasExplicitDefinition || !base.roots.isEmpty {
                report("Cannot define a new schema within a schema extension.", node.extent)
            } else {
                if schemaDefinitions > 0 { report("Must provide only one schema definition.", node.extent) }
                schemaDefinitions += 1
            }
        }
        for operation in node.operations {
            let kind = operation.kind.rawValue
            if base?.roots[operation.kind] != nil {
                report("Type for \(kind) already defined in the schema. It cannot be redefined.", operation.extent)
            } else if let first = operationTypes[operation.kind] {
                report("There can be only one \(kind) type in schema.", [first, operation.extent])
            } else {
                operationTypes[operation.kind] = operation.extent
            }
        }
    }

    mutating func checkTypeName(_ node: TypeSystemNode) {
        let name = text(node.name)
        if base?.type(name) != nil {
            report(
                "Type \"\(name)\" already exists in the schema. It cannot also be defined in this type definition.",
                extent(node.name)
            )
        } else if let first = seenTypes[name] {
            report("There can be only one type named \"\(name)\".", [extent(first), extent(node.name)])
        } else {
            seenTypes[name] = node.name
        }
    }

    mutating func checkDirectiveName(_ node: TypeSystemNode) {
        let name = text(node.name)
        if base?.directive(name) != nil {
            report("Directive \"@\(name)\" already exists in the schema. It cannot be redefined.", extent(node.name))
        } else if let first = seenDirectives[name] {
            report("There can be only one directive named \"@\(name)\".", [extent(first), extent(node.name)])
        } else {
            seenDirectives[name] = node.name
        }
    }

    mutating func checkUniqueValues(_ node: TypeSystemNode) {
        let type = text(node.name)
        for value in node.values {
            let name = text(value.name)
            if base?.type(type)?.enumValue(name) != nil {
                report(
                    "Enum value \"\(type).\(name)\" already exists in the schema. "
                        + "It cannot also be defined in this type extension.",
                    extent(value.name)
                )
            } else if let first = seenValues[type]?[name] {
                report("Enum value \"\(type).\(name)\" can only be defined once.", [extent(first), extent(value.name)])
            } else {
                seenValues[type, default: [:]][name] = value.name
            }
        }
    }

    mutating func checkUniqueFields(_ node: TypeSystemNode) {
        let type = text(node.name)
        for field in node.fields.map(\.name) + node.inputs.map(\.name) {
            let name = text(field)
            if let known = base?.type(type), known.field(name) != nil || known.inputField(name) != nil {
                report(
                    "Field \"\(type).\(name)\" already exists in the schema. "
                        + "It cannot also be defined in this type extension.",
                    extent(field)
                )
            } else if let first = seenFields[type]?[name] {
                report("Field \"\(type).\(name)\" can only be defined once.", [extent(first), extent(field)])
            } else {
                seenFields[type, default: [:]][name] = field
            }
        }
    }

    mutating func checkUniqueArguments(_ owner: String, _ inputs: [InputValueNode]) {
        guard inputs.count > 1 else { return }
        var order: [Int] = []
        var groups: [Int: [Extent]] = [:]
        for input in inputs {
            if groups[input.name.id] == nil { order.append(input.name.id) }
            groups[input.name.id, default: []].append(extent(input.name))
        }
        for symbol in order {
            guard let group = groups[symbol], group.count > 1 else { continue }
            report("Argument \"\(owner)(\(names[symbol]):)\" can only be defined once.", group)
        }
    }

    mutating func checkExtension(_ node: TypeSystemNode) {
        let name = text(node.name)
        let defined = definedTypes[name]
        let kind = defined.map { TypeKind($0.kind) } ?? base?.type(name)?.kind
        guard let kind else {
            let options = typeNames.filter { !BuiltIn.typeNames.contains($0) || base?.type($0) != nil }
            let question = Suggestions.question(Suggestions.names(for: name, among: options))
            return report("Cannot extend type \"\(name)\" because it is not defined." + question, extent(node.name))
        }
        guard kind != TypeKind(node.kind) else { return }
        let expected = node.kind.word
        report(
            "Cannot extend non-\(expected) type \"\(name)\".",
            (defined.map { [$0.extent] } ?? []) + [node.extent]
        )
    }
}

extension DefinitionKind {
    /// The kind in a sentence.
    fileprivate var word: String {
        switch self {
        case .schema: "schema"
        case .scalar: "scalar"
        case .object: "object"
        case .interface: "interface"
        case .union: "union"
        case .enumeration: "enum"
        case .inputObject: "input object"
        case .directive: "directive"
        }
    }
}
