/// Makes broken requests for `ConformanceCommand`, to see that nothing traps or hangs.
///
/// Texts that work are cut, doubled, mixed with each other and filled with tokens and bytes that readers stumble over. A
/// seed gives the same requests on every machine.
package struct Fuzzer {
    private var state: UInt64

    /// The greatest length of a text after doubling.
    private static let lengthLimit = 60_000

    package init(seed: UInt64) { state = seed }

    /// The next request, one line of JSON that is itself broken now and then.
    package mutating func request() -> [UInt8] {
        var line = JSONWriter()
        switch below(6) {
        case 0: write([("kind", "lex"), ("text", broken(Self.documents + Self.schemas))], &line)
        case 1:
            let entry = pick(["document", "value", "constValue", "type"])
            write([("kind", "parse"), ("entry", entry), ("text", broken(Self.documents + Self.schemas))], &line)
        case 2: write([("kind", "sdl"), ("sdl", broken(Self.schemas))], &line)
        case 3: write([("kind", "schema"), ("sdl", broken(Self.schemas))], &line)
        case 4:
            let schema = below(3) == 0 ? broken(Self.schemas) : pick(Self.schemas)
            write([("kind", "validate"), ("schema", schema), ("document", broken(Self.documents))], &line)
        default: return execution()
        }
        return line.finish()
    }

    /// A request to execute, with variables and recorded answers that may be broken JSON.
    private mutating func execution() -> [UInt8] {
        var line = JSONWriter()
        let document = below(2) == 0 ? broken(Self.documents) : pick(Self.documents)
        write([("kind", "execute"), ("schema", pick(Self.schemas)), ("document", document)], &line)
        var bytes = Array(line.finish().dropLast())
        bytes += Array(",\"variables\":".utf8)
        bytes += below(2) == 0 ? brokenBytes(Self.values) : Array(pick(Self.values).utf8)
        bytes += Array(",\"root\":".utf8)
        bytes += below(4) == 0 ? brokenBytes(Self.roots) : Array(pick(Self.roots).utf8)
        return (bytes + [0x7D]).filter { $0 != 0x0A }
    }

    private func write(_ members: [(String, String)], _ output: inout JSONWriter) {
        output.value(.object(members.map { Value.Member(name: $0.0, value: .string($0.1)) }))
    }

    // MARK: Breaking

    private mutating func broken(_ texts: [String]) -> String {
        // Bytes that are no UTF-8 become the replacement character.
        String(decoding: brokenBytes(texts), as: UTF8.self)
    }

    private mutating func brokenBytes(_ texts: [String]) -> [UInt8] {
        var bytes = Array(pick(texts).utf8)
        for _ in 0...below(5) { bytes = changed(bytes, texts) }
        return bytes
    }

    private mutating func changed(_ bytes: [UInt8], _ texts: [String]) -> [UInt8] {
        let start = below(bytes.count + 1)
        let end = min(bytes.count, start + below(below(4) == 0 ? 200 : 12))
        switch below(8) {
        case 0: return Array(bytes[..<start] + bytes[end...])
        case 1: return Array(bytes[..<start])
        case 2, 3: return bytes[..<start] + Array(pick(Self.tokens).utf8) + bytes[start...]
        case 4: return Array(bytes[..<end] + bytes[start...])
        case 5:
            guard !bytes.isEmpty else { return [UInt8(truncatingIfNeeded: random())] }
            var changed = bytes
            changed[below(bytes.count)] = UInt8(truncatingIfNeeded: random())
            return changed
        case 6:
            let other = Array(pick(texts).utf8)
            return Array(bytes[..<start] + other[below(other.count + 1)...])
        default:
            let part = bytes[start..<end]
            guard !part.isEmpty, bytes.count < Self.lengthLimit else { return bytes }
            let times = min(1 << below(13), Self.lengthLimit / part.count)
            return bytes[..<start] + Array(repeatElement(part, count: times).joined()) + bytes[end...]
        }
    }

    // MARK: Chance

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

    // MARK: Texts

    private static let tokens = [
        "{", "}", "(", ")", "[", "]", "!", "$", "@", "...", "... on ", "|", "&", "=", ":", "\"", "\"\"\"", "\\", "\\u{",
        "\\uD83D",
        "#", "\n", "\r", "\u{0}", "\u{FEFF}", "é😀", "-", "1e999", "99999999999999999999", "0", ".5", "type ", "extend ",
        "input ",
        "union ", "enum ", "scalar ", "schema ", "directive @a on ", "implements ", "fragment F on ", "query ",
        "subscription ",
        "__schema ", "__type(name: ", "__typename ", "@skip(if: true) ", "@include(if: $a) ", "@deprecated ", "@oneOf ",
        "null ",
        "true ", "Query ", "Node ", "{}", "[]", "{\"a\":", "\"$leaf\":", "\"$type\":", "\"$error\":",
    ]

    private static let schemas = [
        "type Query { node(id: ID!, in: Filter = {all: [{name: \"x\"}]}): Node nodes(first: Int = 3): [Node!]! any: Any time: Time } "
            + "interface Node { id: ID! } type Item implements Node { id: ID! name: String @deprecated(reason: \"old\") kind: Kind } "
            + "union Any = Item | Query enum Kind { A B @deprecated } input Filter { all: [Filter!] name: String = \"n\" kind: Kind = A } "
            + "scalar Time @specifiedBy(url: \"https://example.org\")",
        "\"\"\" A schema \"\"\" schema @mark { query: Root mutation: Change } directive @mark(level: Int = 1) repeatable on SCHEMA | FIELD "
            + "\"the root\" type Root { a(x: [[Int!]]! = [[1]], y: One): Int! } extend type Root { b: [Root!] } "
            + "type Change { set(to: Float = 1.5e3): Boolean } input One @oneOf { a: Int b: ID }",
        "type Query { a(x: A = {}): Int } input A { b: B! = {} } input B { c: C } input C { a: A = null b: [B!] = [] }",
        "type Query { a: Int } interface I implements J { a: Int } interface J { a: Int } type Subscription { a(x: Int): Int }",
    ]

    private static let documents = [
        "query Q($a: Boolean = true, $id: ID!, $f: Filter = {name: \"a\"}) { node(id: $id, in: $f) @include(if: $a) { id ... on Item { name kind } } "
            + "...F } fragment F on Query { nodes(first: 2) { ...G } } fragment G on Node { id __typename }",
        "{ __schema { types { ...T } } __type(name: \"Query\") { name } } fragment T on __Type { name fields { name type { name } } }",
        "mutation { set(to: 1.5) } subscription S { a(x: 1) }",
        "{ a: node(id: 1) { id } a: node(id: 1) { ...on Item { name } } any { ... on Item { id } ... on Query { time } } }",
        "query ($x: [[Int!]]!, $y: One) { a(x: $x, y: $y) b { b { a(x: [[1, 2], null], y: {a: 1}) } } }",
        "\"\"\"\n  block\n    text \\\"\"\"\n\"\"\"\nquery ($v: [Int!]! = [1, 2]) @mark(level: 2) { a(x: [$v]) }",
        "{ nodes { id id id ... { id } ...F } } fragment F on Node { ...F id }",
    ]

    private static let values = [
        "{\"a\": true, \"id\": \"x\", \"f\": {\"all\": [{\"name\": null}], \"kind\": \"A\"}, \"x\": [[1]], \"y\": {\"a\": 1}}",
        "{\"id\": 12345678901234567890, \"x\": [1, [2.5], null], \"v\": 7}",
        "{\"a\": 1e400, \"y\": {\"a\": 1, \"b\": \"\\ud83d\"}}", "null", "[]",
    ]

    private static let roots = [
        "{\"node\": {\"value\": {\"$type\": \"Item\", \"fields\": {\"id\": {\"value\": 1}, \"name\": {\"error\": \"e\"}}}}, \"nodes\": "
            + "{\"value\": [{\"$type\": \"Item\", \"fields\": {}}, null, {\"$error\": \"x\"}]}, \"a\": {\"value\": 2147483648}}",
        "{\"any\": {\"value\": {\"$type\": \"Nobody\"}}, \"time\": {\"value\": {\"$leaf\": {\"a\": [1]}}}, \"b\": {\"value\": [{\"fields\": {}}]}}",
        "{}",
    ]
}
