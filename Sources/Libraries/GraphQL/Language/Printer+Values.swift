extension Document {
    /// A literal as text.
    func printed(literal: Int32) -> String {
        let node = literals[Int(literal)]
        switch node.kind {
        case .variable: return "$" + text(node.name)
        case .int, .float: return sourceText(node.extent)
        case .string: return StringText.quoted(string(literal))
        case .blockString: return BlockString.printed(string(literal))
        case .boolean: return isTrue(node) ? "true" : "false"
        case .null: return "null"
        case .enumeration: return text(node.name)
        case .list:
            return "[" + node.children.indices.map { printed(literal: literalItems[$0]) }.joined(separator: ", ") + "]"
        case .object:
            let members = node.children.indices.map { index in
                let member = objectFields[index]
                return text(member.name) + ": " + printed(literal: member.value)
            }
            return "{" + members.joined(separator: ", ") + "}"
        }
    }

    /// A type as text.
    func typeText(_ type: Int32) -> String {
        let node = types[Int(type)]
        switch node.kind {
        case .named: return text(node.name)
        case .list: return "[" + typeText(node.inner) + "]"
        case .nonNull: return typeText(node.inner) + "!"
        }
    }
}

/// Quoted strings as documents have them.
enum StringText {
    /// Text in quotes, with control characters escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        let scalars = text.unicodeScalars
        // What needs no escaping is copied in runs.
        var plain = scalars.startIndex
        for index in scalars.indices {
            guard let escaped = escaped(scalars[index].value) else { continue }
            result += text[plain..<index]
            result += escaped
            plain = scalars.index(after: index)
        }
        result += text[plain...]
        return result + "\""
    }

    /// A character's escape sequence, if it needs one.
    private static func escaped(_ scalar: UInt32) -> String? {
        switch scalar {
        case 0x22: return "\\\""
        case 0x5C: return "\\\\"
        case 0x08: return "\\b"
        case 0x09: return "\\t"
        case 0x0A: return "\\n"
        case 0x0C: return "\\f"
        case 0x0D: return "\\r"
        case 0..<0x20, 0x7F...0x9F:
            let hex = String(scalar, radix: 16, uppercase: true)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        default: return nil
        }
    }
}
