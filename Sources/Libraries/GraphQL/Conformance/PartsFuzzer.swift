/// Makes documents with `@defer` and `@stream`, executes them in parts and whole, and compares.
///
/// The directives are put at random places of documents that work, with resolvers that wait or not. A seed gives the
/// same documents on every machine.
package struct PartsFuzzer {
    private var state: UInt64
    private let engines: [Engine<Recording.Root>]

    /// How many documents were valid.
    package private(set) var validCount = 0

    /// - Throws: Never for the schema that is part of it.
    package init(seed: UInt64) throws {
        state = seed
        let schema = try Schema(sdl: Self.schema)
        engines = [false, true].map { Recording.engine(schema, isAsync: $0, inParts: true) }
    }

    /// Executes the next document.
    ///
    /// - Returns: What is wrong with its response, or `nil`.
    package mutating func next() async -> String? {
        let request = Request(query: document(), variables: ["yes": true, "no": false, "one": 1])
        let engine = engines[below(2)]
        let root = Recording.Root(fields: (try? JSON.parse(Array(pick(Self.roots).utf8))) ?? [:])
        var texts: [[UInt8]] = []
        var isRefused = false
        await engine.executeInParts(request, context: root) { part in
            isRefused = part.isRequestError
            texts.append(part.body)
            return true
        }
        guard !isRefused else { return nil }
        validCount += 1
        let whole = await engine.execute(request, context: root)
        return PartsCheck(texts, whole).problem.map { problem in
            ([request.query, problem, whole.text] + texts.map { String(decoding: $0, as: UTF8.self) })
                .joined(separator: "\n")
        }
    }

    // MARK: Documents

    /// A document with directives behind some of its closing words.
    private mutating func document() -> String {
        var label = 0
        return pick(Self.documents).split(separator: "%", omittingEmptySubsequences: false).reduce("") { text, piece in
            guard !text.isEmpty else { return String(piece) }
            label += 1
            return text + directive(label, isField: piece.first == "*") + piece.drop { $0 == "*" }
        }
    }

    private mutating func directive(_ label: Int, isField: Bool) -> String {
        guard below(3) > 0 else { return "" }
        let condition = pick(["", "", "", "if: $yes ", "if: $no ", "if: false "])
        let name = below(2) == 0 ? "" : "label: \"l\(label)\" "
        let count = isField ? pick(["", "initialCount: 1 ", "initialCount: $one ", "initialCount: 9 "]) : ""
        let arguments = condition + name + count
        return (isField ? " @stream" : " @defer") + (arguments.isEmpty ? " " : "(\(arguments)) ")
    }

    /// SplitMix64.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(random() % UInt64(bound)) : 0 }

    private mutating func pick(_ list: [String]) -> String { list[below(list.count)] }

    private static let schema = """
        type Query { a: A b: A! list: [A!] maybe: [A] numbers: [[Int!]!] any: Any }
        type A { x: Int y: Int! a: A b: A! list: [A!]! any: Any }
        union Any = A | Query
        """

    /// A `%` may become `@defer`, a `%*` `@stream`.
    private static let documents = [
        "query ($yes: Boolean! = true, $no: Boolean! = false, $one: Int! = 1) { a { x ... % { y } } ... % { b { x } a { x y } } "
            + "n: numbers %* o: a @include(if: $yes) { x @skip(if: $no) } p: list %* { x @include(if: $yes) } ...Z @include(if: $no) } "
            + "fragment Z on Query { numbers @stream(initialCount: $one) }",
        "{ list %* { x ... % { y a { x ... % { y b { x } } } } } ...F % ...G } "
            + "fragment F on Query { a { x ...H % } b { ... % { x } y } } fragment G on Query { a { y ...H } } "
            + "fragment H on A { list %* { x ... % { y } } b { x } }",
        "{ ... % { a { b { x } ... % { b { y x } } } ... % { a { b { a { x } } x } } } a { y } any { ... on A % { x } ... on Query { b { x } } } }",
        "{ maybe %* { y ... % { a { y } } } ... % { ... % { ... % { a { x } } a { y } } b { list %* { ... % { x } } } } }",
        "{ b { ... % { a { ... % { x } b { ...X % } } } ... % { a { y b { ...X % y } } } } } fragment X on A { x ...Y % } fragment Y on A { y x }",
    ]

    private static let leaf = #"{"value":{"$type":"A","fields":{"x":{"value":1},"y":{"value":2}}}}"#
    private static let nested =
        #"{"x":{"value":3},"y":{"value":4},"a":\#(leaf),"b":\#(leaf),"list":{"value":[{"fields":{"x":{"value":5},"y":{"value":6}}},"#
        + #"{"fields":{"x":{"value":7},"y":{"value":8}}}]}}"#
    private static let deep =
        #"{"x":{"value":9},"y":{"value":10},"a":{"value":{"fields":\#(nested)}},"b":{"value":{"fields":\#(nested)}},"#
        + #""list":{"value":[{"fields":\#(nested)},{"fields":\#(nested)},{"fields":\#(nested)}]}}"#

    private static let roots = [
        #"{"a":{"value":{"fields":\#(deep)}},"b":{"value":{"fields":\#(deep)}},"any":{"value":{"$type":"A","fields":\#(deep)}},"#
            + #""list":{"value":[{"fields":\#(deep)},{"fields":\#(deep)}]},"p":{"value":[{"fields":\#(nested)}]},"#
            + #""maybe":{"value":[{"fields":\#(deep)},{"fields":\#(nested)}]},"n":{"value":[[1],[2,3],[]]},"o":\#(leaf)}"#,
        #"{"a":{"error":"no"},"b":{"value":{"fields":{"x":{"error":"x"},"a":{"value":{"fields":\#(nested)}}}}},"#
            + #""list":{"value":[{"fields":\#(nested)},{"fields":{"x":{"value":1}}}]},"maybe":{"value":[null,{"$error":"e"},{"fields":{}}]}}"#,
        "{}",
    ]
}
