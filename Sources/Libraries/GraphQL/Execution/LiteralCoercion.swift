/// The coerced values of an operation's variables, by the symbol of their name.
struct VariableValues: Sendable {
    private var slots: [Value?]

    /// No variables.
    static let none = VariableValues(symbols: 0)

    init(symbols: Int) { slots = [Value?](repeating: nil, count: symbols) }

    /// The value of a variable, or `nil` when it has none.
    subscript(name: Name) -> Value? {
        get { name.id < slots.count && name.id >= 0 ? slots[name.id] : nil }
        set { slots[name.id] = newValue }
    }
}

/// Turns literals into values of a type.
///
/// Source: GraphQL September 2025, 3.5 to 3.12, "Input Coercion".
struct LiteralCoercion {
    let schema: Schema
    let scalars: [String: ScalarCoding]
    let document: Document
    let variables: VariableValues

    /// The value of a literal, or `nil` when it does not fit the type.
    func value(_ literal: Int32, _ type: TypeReference) -> Value? {
        let node = document.literals[Int(literal)]
        if node.kind == .variable {
            guard let value = variables[node.name], !(value.isNull && type.isNonNull) else { return nil }
            return value
        }
        if type.isNonNull { return node.kind == .null ? nil : value(literal, type.unwrapped) }
        if node.kind == .null { return .null }
        if type.isList { return list(node, literal, type.unwrapped) }
        let named = schema.named(type)
        return named.kind == .inputObject ? object(node, named) : leaf(node, literal, named)
    }

    private func list(_ node: LiteralNode, _ literal: Int32, _ item: TypeReference) -> Value? {
        guard node.kind == .list else { return value(literal, item).map { .list([$0]) } }
        var values: [Value] = []
        values.reserveCapacity(node.children.count)
        for index in node.children.indices {
            let child = document.literalItems[index]
            if isMissing(child) {
                guard !item.isNonNull else { return nil }
                values.append(.null)
            } else {
                guard let value = value(child, item) else { return nil }
                values.append(value)
            }
        }
        return .list(values)
    }

    private func object(_ node: LiteralNode, _ type: TypeDefinition) -> Value? {
        guard node.kind == .object else { return nil }
        var given: [String: Int32] = [:]
        for index in node.children.indices {
            let member = document.objectFields[index]
            given[document.text(member.name)] = member.value
        }
        var members: [Value.Member] = []
        for field in type.inputFields {
            guard let literal = given[field.name], !isMissing(literal) else {
                if let value = schema.defaultValue(field) {
                    members.append(Value.Member(name: field.name, value: value))
                } else if field.type.isNonNull {
                    return nil
                }
                continue
            }
            guard let value = value(literal, field.type) else { return nil }
            members.append(Value.Member(name: field.name, value: value))
        }
        if type.isOneOf, members.count != 1 || members[0].value.isNull { return nil }
        return .object(members)
    }

    /// Whether a literal is a variable without value.
    private func isMissing(_ literal: Int32) -> Bool {
        let node = document.literals[Int(literal)]
        return node.kind == .variable && variables[node.name] == nil
    }

    private func leaf(_ node: LiteralNode, _ literal: Int32, _ type: TypeDefinition) -> Value? {
        if type.kind == .enumeration {
            guard node.kind == .enumeration else { return nil }
            let name = document.text(node.name)
            return type.enumValue(name) == nil ? nil : .enumValue(name)
        }
        switch LeafKind(type) {
        case .int:
            guard node.kind == .int, let number = Int32(document.sourceText(node.extent)) else { return nil }
            return .int(Int64(number))
        case .float:
            guard node.kind == .int || node.kind == .float else { return nil }
            guard let number = Double(document.sourceText(node.extent)), number.isFinite else { return nil }
            return .double(number)
        case .string:
            return isText(node) ? .string(document.string(literal)) : nil
        case .boolean:
            return node.kind == .boolean ? .bool(document.isTrue(node)) : nil
        case .id:
            if isText(node) { return .string(document.string(literal)) }
            return node.kind == .int ? .string(document.sourceText(node.extent)) : nil
        default:
            let value = untyped(literal)
            guard let parse = scalars[type.name]?.parse else { return value }
            return try? parse(value)
        }
    }

    private func isText(_ node: LiteralNode) -> Bool { node.kind == .string || node.kind == .blockString }

    /// A literal as a value without regard to types, with variables in it replaced.
    func untyped(_ literal: Int32) -> Value {
        let node = document.literals[Int(literal)]
        switch node.kind {
        case .variable: return variables[node.name] ?? .null
        case .list: return .list(node.children.indices.map { untyped(document.literalItems[$0]) })
        case .object:
            return .object(
                node.children.indices.map { index in
                    let member = document.objectFields[index]
                    return Value.Member(name: document.text(member.name), value: untyped(member.value))
                }
            )
        default: return document.constant(literal)
        }
    }
}

extension LeafKind {
    /// How values of a type are written.
    init(_ type: TypeDefinition) {
        switch type.kind {
        case .enumeration: self = .enumeration
        case .scalar:
            switch type.name {
            case "Int": self = .int
            case "Float": self = .float
            case "String": self = .string
            case "Boolean": self = .boolean
            case "ID": self = .id
            default: self = .custom
            }
        default: self = .none
        }
    }
}
