import Testing

/// A megabyte of one thing, behind the first line of one kind of diagram.
struct HostileMegabyte: Sendable, CustomTestStringConvertible, CustomStringConvertible {
    let header: String
    let start: String
    let piece: String

    var source: String {
        let first = "\(header)\n\(start)"
        return first + String(repeating: piece, count: (1_048_576 - first.utf8.count) / piece.utf8.count)
    }
    var description: String { "\(header) \(start.debugDescription) \(piece.debugDescription)" }
    var testDescription: String { description }

    static let all: [HostileMegabyte] = kinds.flatMap { header, pieces in
        (pieces + common).map { HostileMegabyte(header: header, start: "", piece: $0) }
            + starts.map { HostileMegabyte(header: header, start: $0, piece: "x ") }
    }

    private static let kinds: [(String, [String])] = [
        (
            "flowchart TB",
            [
                "subgraph x\n", "subgraph\nend\n", "a & ", "a-->", "a --> b\n", "a-- x ", "a[\"", "a@{", "a@{x:1}\n",
                "a[",
                "a e@-->b\n", "a:::c", "class a,b c\n", "a@{\"", "[/", "-->|", "end\n", "a;", "linkStyle 0\n",
            ]
        ),
        (
            "sequenceDiagram",
            [
                "loop x\n", "a->>b: x\n", "a->>+a: x\n", "alt\nelse\n", "box x\n", "a-", "participant a as b\n",
                "note over a: x\n", "x;", "a->>b: #", "create participant x\n", "else\n",
            ]
        ),
        (
            "stateDiagram-v2",
            [
                "state a {\n", "--\n", "a --> b\n", "a : x\n", "note right of a\n", "[*]-->a\n", "state \"", "}\n",
                "state a {\n}\n", "note \"",
            ]
        ),
        (
            "classDiagram",
            [
                "class a {\n", "a : +f(", "a~", "namespace a {\n", "a <|-- b\n", "class `", "<<", "a : x\n", "note \"",
                "a \"", "class a~b~\n", "List~",
            ]
        ),
        ("erDiagram", ["a {\n", "a ||--o{ b : x\n", "a {int x}\n", "a[", "a ||", "\"", "a { `", "int x \""]),
        ("timeline", ["a : b\n", "section x\n", ": x", "a : b : ", "a\n", "title x\n"]),
    ]
    private static let common = [
        "\n", " ", "\"", "%%{", "%%\n", "#35;", "&amp;", "<br>", "é", "-", "=", "~", "(", "[", "{", "<", "accDescr {",
        "accTitle: x\n", "a", "a b ", "a\n", ";", ":", "`", "\\", "\r\n", "}", "x y\n",
    ]
    /// What stays open over a megabyte of words.
    private static let starts = [
        "a[\"", "a -- ", "accDescr {", "%%{", "a : ", "a->>b: ", "class a {\n", "a@{ label: \"",
    ]
}
