extension Document {
    /// A literal as a value, without regard to any type.
    ///
    /// Variables become null.
    func constant(_ literal: Int32) -> Value {
        let node = literals[Int(literal)]
        switch node.kind {
        case .variable, .null: return .null
        case .int, .float: return NumberText.value(sourceText(node.extent))
        case .string, .blockString: return .string(string(literal))
        case .boolean: return .bool(isTrue(node))
        case .enumeration: return .enumValue(text(node.name))
        case .list: return .list(node.children.indices.map { constant(literalItems[$0]) })
        case .object:
            return .object(
                node.children.indices.map { index in
                    let member = objectFields[index]
                    return Value.Member(name: text(member.name), value: constant(member.value))
                }
            )
        }
    }

    /// Whether a boolean literal is `true`.
    func isTrue(_ node: LiteralNode) -> Bool { node.extent.upper - node.extent.lower == 4 }
}

extension NumberText {
    /// The number a text stands for: whole when it has no fraction and fits 64 bits.
    static func value(_ text: String) -> Value {
        if let whole = Int64(text) { return .int(whole) }
        return .double(Double(text) ?? 0)
    }
}
