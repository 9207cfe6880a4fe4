extension Schema {
    /// The default of an input value as introspection and printed schemas show it, or `nil` when it has none.
    ///
    /// - Parameter isSorted: Whether members of objects come in the natural order of their names.
    func defaultText(_ input: InputValueDefinition, isSorted: Bool = false) -> String? {
        defaultValue(input).map { literal($0, input.type, isSorted) }
    }

    private func literal(_ value: Value, _ type: TypeReference, _ isSorted: Bool) -> String {
        if type.isNonNull { return literal(value, type.unwrapped, isSorted) }
        switch value {
        case .null: return "null"
        case .list(let items):
            let item = type.isList ? type.unwrapped : type
            return "[" + items.map { literal($0, item, isSorted) }.joined(separator: ", ") + "]"
        case .object(let members):
            let fields = named(type)
            let ordered = isSorted ? members.sorted { NaturalOrder.precedes($0.name, $1.name) } : members
            let parts = ordered.map { member in
                let inner = fields.inputField(member.name)?.type ?? type
                return member.name + ": " + literal(member.value, inner, isSorted)
            }
            return "{" + parts.joined(separator: ", ") + "}"
        case .bool(let flag): return flag ? "true" : "false"
        case .int(let number): return "\(number)"
        case .double(let number): return NumberText.shortest(number)
        case .enumValue(let name): return name
        case .string(let text):
            let isNumber = named(type).name == "ID" && Self.isInteger(text)
            return isNumber ? text : StringText.quoted(text)
        }
    }

    /// Whether an ID may be written as a whole number.
    private static func isInteger(_ text: String) -> Bool {
        var digits = Substring(text)
        if digits.first == "-" { digits.removeFirst() }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ Lexer.isDigit($0) }) else { return false }
        return digits.utf8.count == 1 || digits.utf8.first != 0x30
    }
}
