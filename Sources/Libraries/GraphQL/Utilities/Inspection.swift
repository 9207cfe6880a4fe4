/// Values as error messages show them, in the way of the reference implementation: nested at most two deep, lists cut
/// after ten items.
enum Inspection {
    private static let depthLimit = 2
    private static let itemLimit = 10

    static func text(_ value: Value) -> String { text(value, depth: 0) }

    private static func text(_ value: Value, depth: Int) -> String {
        switch value {
        case .null: "null"
        case .int(let number): "\(number)"
        case .double(let number): NumberText.shortest(number)
        case .string(let text), .enumValue(let text): quoted(Parser.cut(text))
        case .bool(let flag): flag ? "true" : "false"
        case .list(let items): list(items, depth: depth + 1)
        case .object(let members): object(members, depth: depth + 1)
        }
    }

    private static func list(_ items: [Value], depth: Int) -> String {
        if items.isEmpty { return "[]" }
        if depth > depthLimit { return "[Array]" }
        var parts = items.prefix(itemLimit).map { text($0, depth: depth) }
        let rest = items.count - parts.count
        if rest == 1 { parts.append("... 1 more item") }
        if rest > 1 { parts.append("... \(rest) more items") }
        return "[" + parts.joined(separator: ", ") + "]"
    }

    private static func object(_ members: [Value.Member], depth: Int) -> String {
        if members.isEmpty { return "{}" }
        if depth > depthLimit { return "[Object]" }
        let parts = members.prefix(memberLimit).map { Parser.cut($0.name) + ": " + text($0.value, depth: depth) }
        return "{ " + parts.joined(separator: ", ") + " }"
    }

    /// The most members of an object that are shown.
    private static let memberLimit = 100

    /// Text as a JSON string.
    static func quoted(_ text: String) -> String { String(decoding: JSONText.quoted(text), as: UTF8.self) }
}
