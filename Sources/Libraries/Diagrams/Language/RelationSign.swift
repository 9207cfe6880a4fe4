/// Arrows of class and entity-relationship diagrams, as written.
enum RelationSign {
    /// Such as `<|--`.
    static func classSign(of arrow: Arrow) -> String {
        let tail = ends.first { $0.head == arrow.tail }?.tail ?? ""
        let head = ends.first { $0.head == arrow.head }?.tip ?? ""
        return "\(tail)\(arrow.line == .dotted ? ".." : "--")\(head)"
    }

    /// Such as `||--o{`.
    static func entitySign(of arrow: Arrow) -> String {
        let tail = cardinalities.first { $0.head == arrow.tail }?.left ?? "||"
        let head = cardinalities.first { $0.head == arrow.head }?.right ?? "||"
        return "\(tail)\(arrow.line == .dotted ? ".." : "--")\(head)"
    }

    /// The sign at the start of a relation of classes and at its end; longer ones first.
    static let ends: [(head: Arrow.Head, tail: String, tip: String)] = [
        (.triangle, "<|", "|>"), (.lollipop, "()", "()"), (.arrow, "<", ">"), (.filledDiamond, "*", "*"),
        (.hollowDiamond, "o", "o"),
    ]

    static let cardinalities: [(head: Arrow.Head, left: String, right: String)] = [
        (.zeroOrOne, "|o", "o|"), (.exactlyOne, "||", "||"), (.zeroOrMore, "}o", "o{"), (.oneOrMore, "}|", "|{"),
    ]

    /// Cardinalities in words; longer ones first.
    static let cardinalityWords: [(head: Arrow.Head, words: String)] = [
        (.zeroOrOne, "one or zero"), (.zeroOrOne, "zero or one"), (.oneOrMore, "one or more"),
        (.oneOrMore, "one or many"), (.zeroOrMore, "zero or more"), (.zeroOrMore, "zero or many"),
        (.zeroOrMore, "many(0)"), (.oneOrMore, "many(1)"), (.exactlyOne, "only one"), (.zeroOrMore, "many"),
        (.exactlyOne, "one"), (.oneOrMore, "1+"), (.zeroOrMore, "0+"), (.exactlyOne, "1"),
    ]
}
