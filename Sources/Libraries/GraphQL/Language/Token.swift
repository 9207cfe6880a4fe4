/// The kinds of lexical tokens.
enum TokenKind: UInt8, Sendable {
    case start, end
    case bang, dollar, ampersand, parenthesisOpen, parenthesisClose, spread, colon, equals, at
    case bracketOpen, bracketClose, braceOpen, pipe, braceClose
    case name, int, float, string, blockString

    /// How messages name the kind.
    var text: String {
        switch self {
        case .start: "<SOF>"
        case .end: "<EOF>"
        case .bang: "!"
        case .dollar: "$"
        case .ampersand: "&"
        case .parenthesisOpen: "("
        case .parenthesisClose: ")"
        case .spread: "..."
        case .colon: ":"
        case .equals: "="
        case .at: "@"
        case .bracketOpen: "["
        case .bracketClose: "]"
        case .braceOpen: "{"
        case .pipe: "|"
        case .braceClose: "}"
        case .name: "Name"
        case .int: "Int"
        case .float: "Float"
        case .string: "String"
        case .blockString: "BlockString"
        }
    }

    var isPunctuator: Bool { rawValue >= TokenKind.bang.rawValue && rawValue <= TokenKind.braceClose.rawValue }

    /// The kind in a message: punctuators are quoted.
    var description: String { isPunctuator ? "\"\(text)\"" : text }
}

/// A lexical token: its kind and the bytes it covers.
struct Token: Sendable {
    var kind: TokenKind
    var start: Int
    var end: Int
}
