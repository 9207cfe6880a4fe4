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
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22: result += "\\\""
            case 0x5C: result += "\\\\"
            case 0x08: result += "\\b"
            case 0x09: result += "\\t"
            case 0x0A: result += "\\n"
            case 0x0C: result += "\\f"
            case 0x0D: result += "\\r"
            case 0..<0x20, 0x7F...0x9F:
                let hex = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
