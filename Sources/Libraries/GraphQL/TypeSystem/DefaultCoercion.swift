/// Coerces the defaults of a schema while it is being built.
///
/// A default may need the defaults of input fields inside it, so each is coerced when it is first needed; a cycle,
/// which validation reports, ends in no value.
enum DefaultCoercion {
    static func defaults(_ parts: SchemaParts, _ typeIndex: [String: Int]) -> [Value?] {
        var run = Run(parts: parts)
        return parts.defaultLiterals.indices.map { run.value(slot: $0) }
    }

    private struct Run {
        enum Entry {
            case open, busy
            case done(Value?)
        }

        let parts: SchemaParts
        var entries: [Entry]

        /// How many defaults are being coerced, each for the one before it.
        var depth = 0

        /// How deep defaults may need one another; one that needs more has no value.
        static let depthLimit = 200

        /// How many defaults failed for their depth, so that what needs them is not settled for others.
        var cuts = 0

        init(parts: SchemaParts) {
            self.parts = parts
            entries = Array(repeating: .open, count: parts.defaultLiterals.count)
        }

        mutating func value(slot: Int) -> Value? {
            switch entries[slot] {
            case .done(let value): return value
            case .busy: return nil
            case .open:
                guard depth < Self.depthLimit else {
                    cuts += 1
                    return nil
                }
                depth += 1
                defer { depth -= 1 }
                entries[slot] = .busy
                let (literal, type) = parts.defaultLiterals[slot]
                let cutsBefore = cuts
                let value = coerce(literal.document, literal.literal, type)
                entries[slot] = cuts == cutsBefore || depth == 1 ? .done(value) : .open
                return value
            }
        }

        private mutating func coerce(_ document: Document, _ literal: Int32, _ type: TypeReference) -> Value? {
            let node = document.literals[Int(literal)]
            if node.kind == .variable { return nil }
            if type.isNonNull { return node.kind == .null ? nil : coerce(document, literal, type.unwrapped) }
            if node.kind == .null { return .null }
            if type.isList { return list(document, node, literal, type.unwrapped) }
            let named = parts.types[type.index]
            if named.kind == .inputObject { return object(document, node, named) }
            return leaf(document, node, literal, named)
        }

        private mutating func list(
            _ document: Document,
            _ node: LiteralNode,
            _ literal: Int32,
            _ item: TypeReference
        ) -> Value? {
            guard node.kind == .list else { return coerce(document, literal, item).map { .list([$0]) } }
            var values: [Value] = []
            for index in node.children.indices {
                guard let value = coerce(document, document.literalItems[index], item) else { return nil }
                values.append(value)
            }
            return .list(values)
        }

        private mutating func object(_ document: Document, _ node: LiteralNode, _ type: TypeDefinition) -> Value? {
            guard node.kind == .object else { return nil }
            var given: [String: Int32] = [:]
            for index in node.children.indices {
                let member = document.objectFields[index]
                given[document.text(member.name)] = member.value
            }
            var members: [Value.Member] = []
            for field in type.inputFields {
                let value: Value?
                if let literal = given[field.name] {
                    value = coerce(document, literal, field.type)
                    if value == nil { return nil }
                } else {
                    value = field.defaultSlot < 0 ? nil : self.value(slot: field.defaultSlot)
                    if value == nil, field.type.isNonNull { return nil }
                }
                if let value { members.append(Value.Member(name: field.name, value: value)) }
            }
            if type.isOneOf, members.count != 1 || members[0].value.isNull { return nil }
            return .object(members)
        }

        private func leaf(
            _ document: Document,
            _ node: LiteralNode,
            _ literal: Int32,
            _ type: TypeDefinition
        ) -> Value? {
            let value = document.constant(literal)
            switch (LeafKind(type), value) {
            case (.enumeration, .enumValue(let name)): return type.enumValue(name) == nil ? nil : value
            case (.int, .int(let number)): return Int32(exactly: number) == nil ? nil : value
            case (.float, .int(let number)): return .double(Double(number))
            case (.float, .double(let number)): return number.isFinite ? value : nil
            case (.string, .string), (.boolean, .bool), (.id, .string), (.custom, _): return value
            case (.id, .int): return .string(document.sourceText(node.extent))
            default: return nil
            }
        }
    }
}
