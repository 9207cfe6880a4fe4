/// Coerces the defaults of a schema while it is being built.
///
/// A default may need the defaults of input fields inside it, so those are settled first; one that needs itself has no
/// value there.
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

        /// How deep lists and objects of a default may nest, the defaults inside it included; a deeper one has no value.
        static let nestingLimit = 500

        /// How many values a default may take over from the defaults inside it, and all defaults of a schema together;
        /// each level may use the next one twice, so that they would double with every level.
        static let takenLimit = 10_000
        static let totalLimit = 1_000_000

        let parts: SchemaParts
        var entries: [Entry]

        /// How deep the values of settled defaults nest.
        var nesting: [Int]

        /// How many values settled defaults have.
        var sizes: [Int]

        /// How many values the default being coerced has and has taken over, and how many all have taken over.
        var size = 0
        var taken = 0
        var total = 0

        /// How deep the value being coerced nests as far as it is known, and where in it the work is.
        var reached = 0
        var level = 0

        init(parts: SchemaParts) {
            self.parts = parts
            entries = Array(repeating: .open, count: parts.defaultLiterals.count)
            nesting = Array(repeating: 0, count: parts.defaultLiterals.count)
            sizes = nesting
        }

        /// The value of a default; those it needs are settled first, without recursion.
        mutating func value(slot: Int) -> Value? {
            var pending = [slot]
            while let slot = pending.last {
                switch entries[slot] {
                case .done: pending.removeLast()
                case .busy:
                    settle(slot)
                    pending.removeLast()
                case .open:
                    entries[slot] = .busy
                    let (literal, type) = parts.defaultLiterals[slot]
                    need(literal.document, literal.literal, type, &pending)
                }
            }
            return settled(slot)
        }

        private mutating func settle(_ slot: Int) {
            let (literal, type) = parts.defaultLiterals[slot]
            (reached, level, size, taken) = (0, 0, 0, 0)
            let value = coerce(literal.document, literal.literal, type)
            nesting[slot] = reached
            let isTooLarge = reached > Self.nestingLimit || taken > Self.takenLimit || total > Self.totalLimit
            sizes[slot] = isTooLarge ? 0 : size
            entries[slot] = .done(isTooLarge ? nil : value)
        }

        /// A settled default; one that needs itself has none.
        private func settled(_ slot: Int) -> Value? {
            guard case .done(let value) = entries[slot] else { return nil }
            return value
        }

        /// Adds the open defaults that a literal needs.
        private func need(_ document: Document, _ literal: Int32, _ type: TypeReference, _ pending: inout [Int]) {
            let node = document.literals[Int(literal)]
            switch node.kind {
            case .list:
                let item = type.nullable.isList ? type.nullable.unwrapped : type
                for index in node.children.indices { need(document, document.literalItems[index], item, &pending) }
            case .object:
                let named = parts.types[type.index]
                var given: [String: Int32] = [:]
                for index in node.children.indices {
                    given[document.text(document.objectFields[index].name)] = document.objectFields[index].value
                }
                for field in named.inputFields {
                    if let literal = given[field.name] {
                        need(document, literal, field.type, &pending)
                    } else if field.defaultSlot >= 0, case .open = entries[field.defaultSlot] {
                        pending.append(field.defaultSlot)
                    }
                }
            default: break
            }
        }

        private mutating func coerce(_ document: Document, _ literal: Int32, _ type: TypeReference) -> Value? {
            let node = document.literals[Int(literal)]
            size += 1
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
            enter()
            defer { level -= 1 }
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
            enter()
            defer { level -= 1 }
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
                    value = field.defaultSlot < 0 ? nil : inserted(field.defaultSlot)
                    if value == nil, field.type.isNonNull { return nil }
                }
                if let value { members.append(Value.Member(name: field.name, value: value)) }
            }
            if type.isOneOf, members.count != 1 || members[0].value.isNull { return nil }
            return .object(members)
        }

        private mutating func enter() {
            level += 1
            reached = max(reached, level)
        }

        /// A settled default as part of the value being coerced.
        private mutating func inserted(_ slot: Int) -> Value? {
            reached = max(reached, level + nesting[slot])
            size += sizes[slot]
            taken += sizes[slot]
            total += sizes[slot]
            return settled(slot)
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
