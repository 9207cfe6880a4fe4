/// The arrows of a sequence diagram, as written.
struct MessageArrow {
    let sign: String
    let arrow: Arrow

    /// The arrow at the position, if any.
    static func next(in scanner: Scanner) -> MessageArrow? {
        switch scanner.current {
        case UInt8(of: "-"), UInt8(of: "<"): all.first { scanner.isNext($0.sign) }
        default: nil
        }
    }

    static func sign(of arrow: Arrow) -> String {
        let match = all.first { entry in
            entry.arrow.line == arrow.line && entry.arrow.head == arrow.head && entry.arrow.tail == arrow.tail
        }
        return match?.sign ?? (arrow.line == .dotted ? "-->>" : "->>")
    }

    static let all: [MessageArrow] = [
        MessageArrow(sign: "<<-->>", arrow: Arrow(line: .dotted, tail: .arrow, head: .arrow)),
        MessageArrow(sign: "<<->>", arrow: Arrow(line: .solid, tail: .arrow, head: .arrow)),
        MessageArrow(sign: "-->>", arrow: Arrow(line: .dotted, head: .arrow)),
        MessageArrow(sign: "->>", arrow: Arrow(line: .solid, head: .arrow)),
        MessageArrow(sign: "-->", arrow: Arrow(line: .dotted, head: .none)),
        MessageArrow(sign: "->", arrow: Arrow(line: .solid, head: .none)),
        MessageArrow(sign: "--x", arrow: Arrow(line: .dotted, head: .cross)),
        MessageArrow(sign: "-x", arrow: Arrow(line: .solid, head: .cross)),
        MessageArrow(sign: "--)", arrow: Arrow(line: .dotted, head: .open)),
        MessageArrow(sign: "-)", arrow: Arrow(line: .solid, head: .open)),
    ]
}
