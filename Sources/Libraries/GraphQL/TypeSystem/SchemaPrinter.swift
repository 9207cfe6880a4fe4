extension Schema {
    /// The schema as its source text, without built-in definitions and without applied directives other than
    /// `@deprecated`, `@specifiedBy` and `@oneOf`.
    public var printed: String {
        SchemaPrinter(schema: self).text
    }

    /// The schema as `printed` gives it, with everything that has a name in the natural order of names.
    var printedSorted: String {
        SchemaPrinter(schema: self, isSorted: true).text
    }
}

/// Writes a schema in the layout of the reference implementation.
struct SchemaPrinter {
    let schema: Schema
    var isSorted = false

    var text: String {
        let parts =
            [definition()]
            + ordered(schema.directives, \.name).filter { !BuiltIn.directives.contains($0.name) }.map { print($0) }
            + ordered(schema.types, \.name).filter { !BuiltIn.typeNames.contains($0.name) }.map { print($0) }
        return parts.compactMap { $0 }.joined(separator: "\n\n")
    }

    /// Parts in the order of their names, if the print is sorted.
    private func ordered<Part>(_ parts: [Part], _ name: (Part) -> String) -> [Part] {
        isSorted ? parts.sorted { NaturalOrder.precedes(name($0), name($1)) } : parts
    }

    /// The schema definition, unless the names of the root types say everything.
    private func definition() -> String? {
        let roots = [OperationKind.query, .mutation, .subscription].compactMap { kind in
            schema.root(kind).map { (kind, $0.name) }
        }
        let isConventional = roots.allSatisfy { kind, name in
            name == kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
        }
        guard schema.description != nil || !isConventional else { return nil }
        let lines = roots.map { "  \($0.rawValue): \($1)\n" }.joined()
        return description(schema.description) + "schema {\n" + lines + "}"
    }

    private func print(_ directive: DirectiveDefinition) -> String {
        description(directive.description) + "directive @" + directive.name + arguments(directive.arguments, "")
            + (directive.isRepeatable ? " repeatable" : "") + " on "
            + ordered(directive.locations) { $0 }.joined(separator: " | ")
    }

    private func print(_ type: TypeDefinition) -> String {
        let lead = description(type.description)
        switch type.kind {
        case .scalar:
            return lead + "scalar " + type.name
                + (type.specifiedByURL.map { " @specifiedBy(url: \(StringText.quoted($0)))" } ?? "")
        case .object: return lead + "type " + type.name + interfaces(type) + fields(type)
        case .interface: return lead + "interface " + type.name + interfaces(type) + fields(type)
        case .union:
            let members = ordered(type.members.map { schema.types[$0].name }) { $0 }.joined(separator: " | ")
            return lead + "union " + type.name + (members.isEmpty ? "" : " = " + members)
        case .enumeration:
            let values = ordered(type.enumValues, \.name).enumerated().map { index, value in
                description(value.description, "  ", isFirst: index == 0) + "  " + value.name
                    + deprecated(value.deprecationReason)
            }
            return lead + "enum " + type.name + block(values)
        case .inputObject:
            let inputs = ordered(type.inputFields, \.name).enumerated().map { index, input in
                description(input.description, "  ", isFirst: index == 0) + "  " + print(input)
            }
            return lead + "input " + type.name + (type.isOneOf ? " @oneOf" : "") + block(inputs)
        }
    }

    private func interfaces(_ type: TypeDefinition) -> String {
        type.interfaces.isEmpty
            ? ""
            : " implements "
                + ordered(type.interfaces.map { schema.types[$0].name }) { $0 }.joined(separator: " & ")
    }

    private func fields(_ type: TypeDefinition) -> String {
        block(
            ordered(type.fields, \.name).enumerated().map { index, field in
                description(field.description, "  ", isFirst: index == 0) + "  " + field.name
                    + arguments(field.arguments, "  ") + ": " + field.typeName + deprecated(field.deprecationReason)
            }
        )
    }

    private func arguments(_ arguments: [InputValueDefinition], _ indentation: String) -> String {
        if arguments.isEmpty { return "" }
        let arguments = ordered(arguments, \.name)
        if arguments.allSatisfy({ ($0.description ?? "").isEmpty }) {
            return "(" + arguments.map { print($0) }.joined(separator: ", ") + ")"
        }
        let lines = arguments.enumerated().map { index, argument in
            description(argument.description, "  " + indentation, isFirst: index == 0) + "  " + indentation
                + print(argument)
        }
        return "(\n" + lines.joined(separator: "\n") + "\n" + indentation + ")"
    }

    private func print(_ input: InputValueDefinition) -> String {
        input.name + ": " + input.typeName + (schema.defaultText(input, isSorted: isSorted).map { " = " + $0 } ?? "")
            + deprecated(input.deprecationReason)
    }

    private func deprecated(_ reason: String?) -> String {
        guard let reason else { return "" }
        return reason == BuiltIn.deprecationReason
            ? " @deprecated" : " @deprecated(reason: \(StringText.quoted(reason)))"
    }

    private func block(_ lines: [String]) -> String {
        lines.isEmpty ? "" : " {\n" + lines.joined(separator: "\n") + "\n}"
    }

    /// A description as a block string with the line break behind it.
    private func description(_ text: String?, _ indentation: String = "", isFirst: Bool = true) -> String {
        guard let text else { return "" }
        let block = Self.isPrintableAsBlock(text) ? BlockString.printed(text) : StringText.quoted(text)
        let lead = !indentation.isEmpty && !isFirst ? "\n" + indentation : indentation
        return lead + block.replacing("\n", with: "\n" + indentation) + "\n"
    }

    /// Whether a block string can stand for a text exactly.
    private static func isPrintableAsBlock(_ text: String) -> Bool {
        if text.isEmpty { return true }
        var isEmptyLine = true
        var hasIndent = false
        var hasCommonIndent = true
        var seenNonEmptyLine = false
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0..<9, 0x0B, 0x0C, 0x0E...0x1F, 0x0D: return false
            case 0x0A:
                if isEmptyLine, !seenNonEmptyLine { return false }
                seenNonEmptyLine = true
                isEmptyLine = true
                hasIndent = false
            case 0x09, 0x20:
                hasIndent = hasIndent || isEmptyLine
            default:
                hasCommonIndent = hasCommonIndent && hasIndent
                isEmptyLine = false
            }
        }
        if isEmptyLine { return false }
        return !(hasCommonIndent && seenNonEmptyLine)
    }
}
