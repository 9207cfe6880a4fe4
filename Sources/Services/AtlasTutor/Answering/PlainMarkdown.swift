/// Plain text as Markdown that shows it as it is.
enum PlainMarkdown {
    /// Brackets become parentheses, since `[1]` is a citation; marks of emphasis and code are escaped.
    static func of(_ text: String) -> String {
        guard text.contains(where: { "[]*`<\\".contains($0) }) else { return text }
        var result = ""
        for character in text {
            switch character {
            case "[": result.append("(")
            case "]": result.append(")")
            case "*", "`", "<", "\\":
                result.append("\\")
                result.append(character)
            default: result.append(character)
            }
        }
        return result
    }
}
